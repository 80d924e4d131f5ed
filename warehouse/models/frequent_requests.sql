-- The thousand requests that are asked for most often, their letter case, marks and spaces left aside.
-- column request: The disputed part of the request in its most frequent spelling
-- column category: The state's category of the items so spelled, null where unknown
-- column items: Disputed items that ask for it
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column first_decision: Date of the first of these decisions
-- column last_decision: Date of the last of these decisions
WITH asked AS (
    SELECT
        trim(regexp_replace(lower(disputed), '[^\pL\pN%]+', ' ', 'g')) AS words,
        disputed,
        category,
        decision_date,
        is_overturned
    FROM marts.items
),
frequent AS (
    SELECT words FROM asked GROUP BY words ORDER BY count(*) DESC, words LIMIT 1000
),
spelled AS (
    SELECT
        asked.words,
        asked.disputed,
        asked.category,
        count(*) AS items,
        count(*) FILTER (asked.is_overturned) AS overturned,
        min(asked.decision_date) AS first_decision,
        max(asked.decision_date) AS last_decision
    FROM asked
    JOIN frequent ON frequent.words = asked.words
    GROUP BY asked.words, asked.disputed, asked.category
)
SELECT
    first(disputed ORDER BY items DESC, disputed, category) AS request,
    first(category ORDER BY items DESC, disputed, category) AS category,
    sum(items)::BIGINT AS items,
    sum(overturned)::BIGINT AS overturned,
    sum(overturned) / sum(items) AS overturn_rate,
    min(first_decision) AS first_decision,
    max(last_decision) AS last_decision
FROM spelled
GROUP BY words
ORDER BY sum(items) DESC, request
