-- title: The same treatment under the same section, decided differently
-- read: Treatments with at least two items under a section that the reviewer cites, those first whose outcomes differ most. All years.
-- chart: none
SELECT category, treatment, guideline_family, section, items, upheld, overturned, overturn_rate, disagreement
FROM marts.same_section_outcomes
WHERE items > 1
ORDER BY disagreement DESC, items DESC, category, treatment, guideline_family, guideline, section
