-- title: Letters loaded against published totals
-- read: How much of each year this warehouse holds. Sources count by different rules and differ by up to 4 %.
-- chart: none
SELECT decision_year, letters, published_letters, share_of_published_letters, source, as_of AS year_of_publication
FROM marts.published_totals
WHERE $year IS NULL OR decision_year = $year
ORDER BY decision_year
