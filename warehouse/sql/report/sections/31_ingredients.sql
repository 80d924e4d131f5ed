-- title: Drugs by ingredient
-- read: Generic names, fixed combinations joined by a stroke.
-- chart: bars ingredient items
SELECT
    ingredient, sum(items) AS items, sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate,
    sum(compound_items) AS compound_items
FROM marts.drugs_by_ingredient
WHERE $year IS NULL OR decision_year = $year
GROUP BY ingredient
ORDER BY items DESC, ingredient
