-- How often are visits overturned, by how many were requested?
-- reading: Items that ask for visits, and all items of the category Rehabilitation. Visits are those of the original
-- reading: request, of which utilization review may have authorized a part; 'not stated' holds items that state no number, a
-- reading: range, or a number of something else.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (1 s at 2 million letters)
WITH by_letter AS (
    SELECT
        category,
        subcategory,
        CASE
            WHEN quantity_unit IS DISTINCT FROM 'visits' OR requested_quantity IS NULL THEN 'not stated'
            WHEN requested_quantity <= 6 THEN '1 to 6'
            WHEN requested_quantity <= 12 THEN '7 to 12'
            WHEN requested_quantity <= 24 THEN '13 to 24'
            ELSE 'more than 24'
        END AS visits_requested,
        CASE
            WHEN quantity_unit IS DISTINCT FROM 'visits' OR requested_quantity IS NULL THEN 99
            WHEN requested_quantity <= 6 THEN 1
            WHEN requested_quantity <= 12 THEN 2
            WHEN requested_quantity <= 24 THEN 3
            ELSE 4
        END AS place,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y,
        count(*) FILTER (is_modified) AS modified
    FROM marts.items
    WHERE (quantity_unit = 'visits' OR category = 'Rehabilitation')
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY category, subcategory, visits_requested, place, determination_id
)
SELECT
    category,
    subcategory,
    visits_requested,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(modified)::BIGINT AS modified,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY category, subcategory, visits_requested, place
ORDER BY category, subcategory, place
