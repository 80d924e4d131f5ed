-- Where do reviewers who cite the same MTUS section for the same treatment decide differently?
-- reading: Treatments and sections with items of both outcomes; disagreement is the share of the rarer outcome, at most
-- reading: 0.5. Patients differ: it tells where to read the rationales (imr-etl ask winning-rationales), not who is wrong.
-- reading: Items of unknown treatment, or whose reviewer cites no section, are not in it.
-- parameter treatment: A treatment, drug, subcategory or category in any spelling, such as `PT`, `norco` or `Opioids`
SELECT
    category,
    treatment,
    guideline,
    section,
    count(*) AS items,
    count(*) FILTER (NOT is_overturned) AS upheld,
    count(*) FILTER (is_overturned) AS overturned,
    avg(is_overturned::INT) AS overturn_rate,
    least(avg(is_overturned::INT), 1 - avg(is_overturned::INT)) AS disagreement
FROM marts.item_sections
WHERE cited_by = 'reviewer' AND section IS NOT NULL AND treatment IS NOT NULL
    AND (
        $treatment IS NULL
        OR list_has_any($treatment, list_concat([treatment, subcategory, category], string_split(treatment, '/')))
    )
    AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
GROUP BY category, treatment, guideline, section
HAVING upheld > 0 AND overturned > 0
ORDER BY least(upheld, overturned) DESC, items DESC, category, treatment, guideline, section
