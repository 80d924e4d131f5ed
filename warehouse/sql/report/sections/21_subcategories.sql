-- title: Overturn rate by subcategory
-- read: The subcategory of a drug is its class.
-- chart: none
SELECT
    category, subcategory, sum(items) AS items, sum(items) / sum(sum(items)) OVER () AS share_of_items,
    sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate
FROM marts.outcomes_by_category
WHERE $year IS NULL OR decision_year = $year
GROUP BY category, subcategory
ORDER BY items DESC, category, subcategory
