-- The thousand requests that are asked for most often, their letter case, marks and spaces left aside.
-- table: computed from all letters; groups the texts of all requests (10 s at 2 million letters)
-- column request: The disputed part of the request in its most frequent spelling
-- column category: The state's category of the items so spelled, null where unknown
-- column items: Disputed items that ask for it
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column first_decision: Date of the first of these decisions
-- column last_decision: Date of the last of these decisions
WITH spelled AS (
    -- Grouped as they are written first: far fewer texts are then looked into.
    SELECT
        disputed,
        category,
        count(*) AS items,
        count(*) FILTER (is_overturned) AS overturned,
        min(decision_date) AS first_decision,
        max(decision_date) AS last_decision
    FROM marts.items
    GROUP BY disputed, category
),
asked AS (
    SELECT
        trim(regexp_replace(lower(disputed), '[^\pL\pN%]+', ' ', 'g')) AS words,
        first(disputed ORDER BY items DESC, disputed, category) AS request,
        first(category ORDER BY items DESC, disputed, category) AS category,
        sum(items)::BIGINT AS items,
        sum(overturned)::BIGINT AS overturned,
        min(first_decision) AS first_decision,
        max(last_decision) AS last_decision
    FROM spelled
    GROUP BY words
    ORDER BY items DESC, words
    LIMIT 1000
)
SELECT request, category, items, overturned, overturned / items AS overturn_rate, first_decision, last_decision
FROM asked
ORDER BY items DESC, request
