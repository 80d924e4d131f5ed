-- title: Guidelines cited by the reviewer and by utilization review
-- read: Items for which a guideline of the family is cited, by year; an item that cites two families counts under both.
-- chart: none
SELECT
    guideline_family, source, cited_by, decision_year, letters, items, overturned, overturn_rate, overturn_rate_low,
    overturn_rate_high, note
FROM marts.guidelines_by_family
WHERE $year IS NULL OR decision_year = $year
ORDER BY items DESC, guideline_family, cited_by, decision_year
