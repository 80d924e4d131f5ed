-- title: Overturn rate by category
-- read: The state's categories. A blank category holds items of which no word is known. Whiskers are the 95 % Wilson interval: where few items were decided, they are wide.
-- chart: rates category
SELECT
    category, sum(items) AS items, sum(items) / sum(sum(items)) OVER () AS share_of_items,
    sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate
FROM marts.outcomes_by_category
WHERE $year IS NULL OR decision_year = $year
GROUP BY category
ORDER BY items DESC, category
