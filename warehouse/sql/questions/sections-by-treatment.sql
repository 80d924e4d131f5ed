-- Which MTUS titles and sections do reviewers rely on, by treatment?
-- reading: An item counts under each section that its reviewer cites; a row without a section holds titles cited without
-- reading: one. share_of_treatment_items is out of all items of the treatment, also those whose reviewer cites no MTUS.
-- parameter treatment: A treatment, drug, subcategory or category in any spelling, such as `PT`, `norco` or `Opioids`
WITH told AS (
    -- Without dates the counts of all are there already.
    SELECT category, subcategory, treatment, guideline, section, items, overturned
    FROM marts.guideline_sections
    WHERE cited_by = 'reviewer' AND $from IS NULL AND $to IS NULL
    UNION ALL
    SELECT category, subcategory, treatment, guideline, section, 1, is_overturned::INT
    FROM marts.item_sections
    WHERE cited_by = 'reviewer' AND ($from IS NOT NULL OR $to IS NOT NULL)
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
cited AS (
    SELECT
        category,
        subcategory,
        treatment,
        guideline,
        section,
        sum(items)::BIGINT AS items,
        sum(overturned)::BIGINT AS overturned
    FROM told
    WHERE $treatment IS NULL
        OR list_has_any($treatment, list_concat([treatment, subcategory, category], string_split(treatment, '/')))
    GROUP BY category, subcategory, treatment, guideline, section
),
treated AS (
    SELECT category, subcategory, treatment, count(*) AS items
    FROM marts.items
    WHERE (
        $treatment IS NULL
        OR list_has_any($treatment, list_concat([treatment, subcategory, category], string_split(treatment, '/')))
    )
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY category, subcategory, treatment
)
SELECT
    cited.category,
    cited.subcategory,
    cited.treatment,
    cited.guideline,
    cited.section,
    cited.items,
    cited.items / treated.items AS share_of_treatment_items,
    cited.overturned,
    cited.overturned / cited.items AS overturn_rate
FROM cited
JOIN treated
    ON treated.category IS NOT DISTINCT FROM cited.category
    AND treated.subcategory IS NOT DISTINCT FROM cited.subcategory
    AND treated.treatment IS NOT DISTINCT FROM cited.treatment
ORDER BY treated.items DESC, cited.category, cited.subcategory, cited.treatment, cited.items DESC, guideline, section
