-- How often is a service overturned, by category and subcategory, where items for one service of a letter count once?
-- reading: A service decision holds all items of one letter, category and subcategory; services of an operation that the
-- reading: letter disputes are left out, items of unknown category count one each. It is overturned if any of its items
-- reading: is; mixed ones uphold others. These are not CWCI's primary services, whose rule is not public.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (2 s at 2 million letters)
WITH by_letter AS (
    SELECT
        grouping(category) = 1 AS is_total,
        if(grouping(category) = 1, 'all services', category) AS category,
        subcategory,
        sum(items) AS items,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y,
        count(*) FILTER (is_mixed) AS mixed
    FROM marts.service_decisions
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY GROUPING SETS ((category, subcategory, determination_id), (determination_id))
)
SELECT
    category,
    subcategory,
    count(*) AS letters,
    sum(items)::BIGINT AS items,
    sum(n)::BIGINT AS services,
    sum(n) / sum(sum(n)) FILTER (is_total) OVER () AS share_of_services,
    sum(y)::BIGINT AS overturned,
    sum(mixed)::BIGINT AS mixed,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY is_total, category, subcategory
ORDER BY is_total, category, subcategory
