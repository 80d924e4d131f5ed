-- title: Compounds by ingredient
-- read: A compound counts under each of its ingredients.
-- chart: none
SELECT
    ingredient, sum(items) AS items, sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate
FROM marts.compounds_by_ingredient
WHERE $year IS NULL OR decision_year = $year
GROUP BY ingredient
ORDER BY items DESC, ingredient
