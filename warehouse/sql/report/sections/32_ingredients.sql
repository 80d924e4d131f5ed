-- title: Drugs by ingredient
-- read: Generic names, fixed combinations joined by a slash, by year of decision. An item with two ingredients counts under both.
-- chart: none
SELECT
    ingredient, drug_class, decision_year, letters, items, compound_items, overturned, overturn_rate,
    overturn_rate_low, overturn_rate_high, note
FROM marts.drugs_by_ingredient
WHERE $year IS NULL OR decision_year = $year
ORDER BY items DESC, ingredient, drug_class, decision_year
