-- How much of the letters was understood, by template and year: read this before any other figure.
-- column decision_year: Year of the decision, null for letters that state no date
-- column template: Template of the letter
-- column letters: Letters loaded
-- column letters_without_items: Letters in which no disputed item was found
-- column items: Disputed items
-- column items_without_category: Items with no known word in their request, category null
-- column items_other: Items of the category Other
-- column share_without_category: items_without_category / items
-- column items_without_family: Items whose reviewer cites guidelines, none of them of a known family
-- column share_without_family: items_without_family / items
-- column letters_without_age: Letters that state no age, or in which none was found
WITH letters AS (
    SELECT
        year(decision_date)::INTEGER AS decision_year,
        template,
        count(*) AS letters,
        count(*) FILTER (item_count = 0) AS letters_without_items,
        count(*) FILTER (patient_age IS NULL) AS letters_without_age
    FROM imr.determinations
    GROUP BY 1, 2
),
understood AS (
    SELECT
        decision_year,
        template,
        count(*) AS items,
        count(*) FILTER (category IS NULL) AS items_without_category,
        count(*) FILTER (category = 'Other') AS items_other,
        count(*) FILTER (reviewer_basis <> 'none' AND len(reviewer_families) = 0) AS items_without_family
    FROM marts.items
    GROUP BY decision_year, template
)
SELECT
    letters.decision_year,
    letters.template,
    letters.letters,
    letters.letters_without_items,
    coalesce(understood.items, 0) AS items,
    coalesce(understood.items_without_category, 0) AS items_without_category,
    coalesce(understood.items_other, 0) AS items_other,
    understood.items_without_category / understood.items AS share_without_category,
    coalesce(understood.items_without_family, 0) AS items_without_family,
    understood.items_without_family / understood.items AS share_without_family,
    letters.letters_without_age
FROM letters
LEFT JOIN understood
    ON understood.template = letters.template
    AND understood.decision_year IS NOT DISTINCT FROM letters.decision_year
ORDER BY letters.decision_year, letters.template
