-- title: Coverage: how much of the letters was understood
-- read: The report is about the letters that were loaded, not about all that the state published.
-- chart: none
SELECT
    decision_year, template, letters, letters_without_items, items, items_without_category, share_without_category,
    items_other, items_without_family, share_without_family, letters_without_age
FROM marts.coverage
WHERE $year IS NULL OR decision_year = $year
ORDER BY decision_year, template
