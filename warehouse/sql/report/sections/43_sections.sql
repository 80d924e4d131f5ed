-- title: MTUS sections that reviewers rely on
-- read: Sections by treatment, in their most frequent spelling. All years.
-- chart: none
SELECT
    guideline_family, section, category, treatment, letters, items, overturned, overturn_rate, overturn_rate_low,
    overturn_rate_high, note
FROM marts.guideline_sections
WHERE cited_by = 'reviewer' AND section IS NOT NULL
ORDER BY items DESC, guideline_family, section, category, subcategory, treatment
