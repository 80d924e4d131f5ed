-- Which items drive partially overturned cases?
-- reading: Items of cases in which some items are overturned and some upheld. share_of_overturned tells which categories
-- reading: bring the overturned ones; overturn_rate_elsewhere is the rate of the same category in all other cases.
WITH counted AS (
    SELECT
        category,
        subcategory,
        letter_outcome = 'partially overturned' AS is_partial,
        count(*) AS items,
        count(*) FILTER (is_overturned) AS overturned
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY category, subcategory, is_partial
),
cases AS (
    SELECT category, subcategory, count(DISTINCT determination_id) AS letters
    FROM marts.items
    WHERE letter_outcome = 'partially overturned'
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY category, subcategory
)
SELECT
    partly.category,
    partly.subcategory,
    cases.letters,
    partly.items,
    partly.overturned,
    partly.overturned / sum(partly.overturned) OVER () AS share_of_overturned,
    partly.overturned / partly.items AS overturn_rate,
    coalesce(elsewhere.items, 0) AS items_elsewhere,
    elsewhere.overturned / elsewhere.items AS overturn_rate_elsewhere
FROM (FROM counted WHERE is_partial) AS partly
JOIN cases
    ON cases.category IS NOT DISTINCT FROM partly.category
    AND cases.subcategory IS NOT DISTINCT FROM partly.subcategory
LEFT JOIN (FROM counted WHERE NOT is_partial) AS elsewhere
    ON elsewhere.category IS NOT DISTINCT FROM partly.category
    AND elsewhere.subcategory IS NOT DISTINCT FROM partly.subcategory
ORDER BY partly.overturned DESC, partly.items DESC, partly.category, partly.subcategory
