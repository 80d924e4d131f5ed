-- title: MTUS sections that reviewers rely on
-- read: Sections by the guideline's family, in their most frequent spelling. All years.
-- chart: none
SELECT
    guideline_family, first(section ORDER BY items DESC, section) AS section, sum(items) AS items, sum(overturned) AS overturned,
    sum(overturned) / sum(items) AS overturn_rate
FROM marts.guideline_sections
WHERE cited_by = 'reviewer' AND section IS NOT NULL
GROUP BY guideline_family, lower(section)
ORDER BY items DESC, guideline_family, section
