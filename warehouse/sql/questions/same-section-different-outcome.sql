-- Where do reviewers who cite the same MTUS section for the same treatment decide differently?
-- reading: Treatments and sections with items of both outcomes, the most frequent first; disagreement is the share of the
-- reading: rarer outcome, at most 0.5. Patients differ: it shows where to read the rationales (imr-etl ask
-- reading: winning-rationales), not who is wrong. Items of unknown treatment, or whose reviewer cites no section, are not
-- reading: in it.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- parameter treatment: A treatment, drug, subcategory or category in any spelling, such as `PT`, `norco` or `Opioids`
-- stored: groups the citations of all letters (2 s at 2 million letters)
WITH by_letter AS (
    SELECT
        category,
        treatment,
        guideline,
        section,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.item_sections
    WHERE cited_by = 'reviewer' AND section IS NOT NULL AND treatment IS NOT NULL
        AND (
            $treatment IS NULL
            OR list_has_any($treatment, list_concat([treatment, subcategory, category], string_split(treatment, '/')))
        )
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY category, treatment, guideline, section, determination_id
)
SELECT
    category,
    treatment,
    guideline,
    section,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(n - y)::BIGINT AS upheld,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    least(share(n, y), 1 - share(n, y)) AS disagreement,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY category, treatment, guideline, section
HAVING sum(y) > 0 AND sum(y) < sum(n)
ORDER BY least(sum(y), sum(n - y)) DESC, items DESC, category, treatment, guideline, section
