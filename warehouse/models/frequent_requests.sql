-- The thousand requests that are asked for most often, their letter case, marks and spaces left aside.
-- column request: The disputed part of the request in its most frequent spelling
-- column category: The state's category that most of these items have
-- column items: Disputed items that ask for it
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column first_decision: Date of the first of these decisions
-- column last_decision: Date of the last of these decisions
SELECT
    mode(disputed) AS request,
    mode(category) AS category,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    avg(is_overturned::INT) AS overturn_rate,
    min(decision_date) AS first_decision,
    max(decision_date) AS last_decision
FROM marts.items
GROUP BY regexp_replace(lower(disputed), '[^a-z0-9%]+', ' ', 'g')
ORDER BY items DESC, request
LIMIT 1000
