-- How often is a treatment overturned, by the body region that the request names?
-- reading: Regions are those of the request, not of the diagnoses. An item with two regions counts under both: do not add
-- reading: up regions. The row 'none named' holds items whose request names no region.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- parameter treatment: A treatment, drug, subcategory or category in any spelling, such as `PT`, `norco` or `Opioids`
-- stored: counts the items of each letter (2 s at 2 million letters)
WITH named AS (
    SELECT
        category,
        subcategory,
        treatment,
        unnest(CASE WHEN len(regions) > 0 THEN regions ELSE ['none named'] END) AS region,
        determination_id,
        is_overturned
    FROM marts.items
    WHERE (
            $treatment IS NULL
            OR list_has_any($treatment, list_concat([treatment, subcategory, category], string_split(treatment, '/')))
        )
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
by_letter AS (
    SELECT
        category,
        subcategory,
        treatment,
        region,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM named
    GROUP BY category, subcategory, treatment, region, determination_id
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
    by_letter.category,
    by_letter.subcategory,
    by_letter.treatment,
    by_letter.region,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(n) / any_value(treated.items) AS share_of_treatment_items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
JOIN treated
    ON treated.category IS NOT DISTINCT FROM by_letter.category
    AND treated.subcategory IS NOT DISTINCT FROM by_letter.subcategory
    AND treated.treatment IS NOT DISTINCT FROM by_letter.treatment
GROUP BY by_letter.category, by_letter.subcategory, by_letter.treatment, by_letter.region
ORDER BY
    any_value(treated.items) DESC,
    by_letter.category,
    by_letter.subcategory,
    by_letter.treatment,
    items DESC,
    by_letter.region
