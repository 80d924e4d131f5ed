-- title: Outcome of disputed items by year
-- read: Rates are per disputed item, as the state counts them.
-- chart: rates decision_year
SELECT decision_year, items, upheld, overturned, overturn_rate
FROM marts.item_outcomes_by_year
WHERE $year IS NULL OR decision_year = $year
ORDER BY decision_year
