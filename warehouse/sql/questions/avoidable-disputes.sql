-- Which disputes might have been avoided: the request was incomplete, or the treatment was authorized already?
-- reading: Upheld items with a rationale that says the request lacks something (a quantity, a body part ...) or that the
-- reading: treatment was authorized before or asked for twice. An item with both counts under both reasons and once under
-- reading: 'either'. share_of_items is of all upheld items of the category that have a rationale.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (2 s at 2 million letters)
WITH upheld AS (
    SELECT
        category,
        determination_id,
        list_contains(reasons, 'request_incomplete') AS is_incomplete,
        list_contains(reasons, 'already_authorized') AS is_authorized
    FROM marts.items
    WHERE NOT is_overturned AND rationale IS NOT NULL
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
by_letter AS (
    SELECT
        grouping(category) = 1 AS is_total,
        if(grouping(category) = 1, 'all items', category) AS category,
        count(*) AS n,
        count(*) FILTER (is_incomplete) AS incomplete,
        count(*) FILTER (is_authorized) AS authorized,
        count(*) FILTER (is_incomplete OR is_authorized) AS either
    FROM upheld
    GROUP BY GROUPING SETS ((category, determination_id), (determination_id))
),
by_reason AS (
    SELECT is_total, category, n, unnest([
        {'place': 1, 'reason': 'request incomplete', 'y': incomplete},
        {'place': 2, 'reason': 'already authorized', 'y': authorized},
        {'place': 3, 'reason': 'either', 'y': either}
    ]) AS given
    FROM by_letter
),
counted AS (
    SELECT is_total, category, given.place AS place, given.reason AS reason, n, given.y AS y
    FROM by_reason
)
SELECT
    category,
    reason,
    count(*) FILTER (y > 0) AS letters,
    sum(y)::BIGINT AS items,
    count(*) AS letters_upheld,
    sum(n)::BIGINT AS items_upheld,
    share(n, y) AS share_of_items,
    share_low(n, y, max(rho)) AS share_of_items_low,
    share_high(n, y, max(rho)) AS share_of_items_high,
    letters_note(count(*)) AS note
FROM counted
CROSS JOIN marts.item_correlation
GROUP BY is_total, category, place, reason
ORDER BY is_total, sum(n) DESC, category, place
