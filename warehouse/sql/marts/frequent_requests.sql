-- The thousand requests that are asked for most often, their letter case, marks and spaces left aside.
-- table: computed from all letters; groups the texts of all requests (12 s at 2 million letters)
-- column request: The disputed part of the request in its most frequent spelling
-- column category: The state's category of the items so spelled, null where unknown
-- column items: Disputed items that ask for it
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column first_decision: Date of the first of these decisions
-- column last_decision: Date of the last of these decisions
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH spelled AS (
    -- Grouped as they are written first, so that far fewer texts are normalized.
    SELECT
        disputed,
        category,
        count(*) AS items,
        min(decision_date) AS first_decision,
        max(decision_date) AS last_decision
    FROM marts.items
    GROUP BY disputed, category
),
worded AS (
    SELECT *, trim(regexp_replace(lower(disputed), '[^\pL\pN%]+', ' ', 'g')) AS words
    FROM spelled
),
asked AS (
    SELECT
        words,
        first(disputed ORDER BY items DESC, disputed, category) AS request,
        first(category ORDER BY items DESC, disputed, category) AS category,
        min(first_decision) AS first_decision,
        max(last_decision) AS last_decision
    FROM worded
    GROUP BY words
    ORDER BY sum(items) DESC, words
    LIMIT 1000
),
writings AS (
    SELECT DISTINCT worded.disputed, worded.words FROM worded SEMI JOIN asked ON asked.words = worded.words
),
by_letter AS (
    SELECT
        writings.words,
        item.determination_id,
        count(*) AS n,
        count(*) FILTER (item.is_overturned) AS y
    FROM marts.items AS item
    JOIN writings ON writings.disputed = item.disputed
    GROUP BY writings.words, item.determination_id
)
SELECT
    any_value(asked.request) AS request,
    any_value(asked.category) AS category,
    sum(by_letter.n)::BIGINT AS items,
    sum(by_letter.y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    any_value(asked.first_decision) AS first_decision,
    any_value(asked.last_decision) AS last_decision,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
JOIN asked ON asked.words = by_letter.words
GROUP BY by_letter.words
ORDER BY items DESC, request
