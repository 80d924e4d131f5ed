-- Which MTUS titles and sections do reviewers rely on, by treatment?
-- reading: An item counts under each section that its reviewer cites; a row without a section holds titles cited without
-- reading: one. share_of_treatment_items is out of all items of the treatment, also those whose reviewer cites no MTUS.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- parameter treatment: A treatment, drug, subcategory or category in any spelling, such as `PT`, `norco` or `Opioids`
WITH by_letter AS (
    SELECT
        category,
        subcategory,
        treatment,
        guideline_family,
        guideline,
        section,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.item_sections
    WHERE cited_by = 'reviewer' AND ($from IS NOT NULL OR $to IS NOT NULL)
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY category, subcategory, treatment, guideline_family, guideline, section, determination_id
),
counted AS (
    -- Without dates the figures of all are there already.
    SELECT
        category, subcategory, treatment, guideline_family, guideline, section, letters, items, overturned,
        overturn_rate, overturn_rate_low, overturn_rate_high, note
    FROM marts.guideline_sections
    WHERE cited_by = 'reviewer' AND $from IS NULL AND $to IS NULL
    UNION ALL
    SELECT
        category,
        subcategory,
        treatment,
        guideline_family,
        guideline,
        section,
        count(*),
        sum(n)::BIGINT,
        sum(y)::BIGINT,
        share(n, y),
        share_low(n, y, max(rho)),
        share_high(n, y, max(rho)),
        letters_note(count(*))
    FROM by_letter
    CROSS JOIN marts.item_correlation
    GROUP BY category, subcategory, treatment, guideline_family, guideline, section
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
    counted.category,
    counted.subcategory,
    counted.treatment,
    counted.guideline_family,
    counted.guideline,
    counted.section,
    counted.letters,
    counted.items,
    counted.items / treated.items AS share_of_treatment_items,
    counted.overturned,
    counted.overturn_rate,
    counted.overturn_rate_low,
    counted.overturn_rate_high,
    counted.note
FROM counted
JOIN treated
    ON treated.category IS NOT DISTINCT FROM counted.category
    AND treated.subcategory IS NOT DISTINCT FROM counted.subcategory
    AND treated.treatment IS NOT DISTINCT FROM counted.treatment
ORDER BY
    treated.items DESC,
    counted.category,
    counted.subcategory,
    counted.treatment,
    counted.items DESC,
    counted.guideline,
    counted.section
