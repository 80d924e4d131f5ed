-- title: Compounds by ingredient
-- read: A compound counts under each of its ingredients.
-- chart: none
SELECT
    ingredient, decision_year, letters, items, overturned, overturn_rate, overturn_rate_low, overturn_rate_high, note
FROM marts.compounds_by_ingredient
WHERE $year IS NULL OR decision_year = $year
ORDER BY items DESC, ingredient, decision_year
