-- How much of the letters was understood: letters by template and year, unknown words, problems by code?
-- reading: Read this before any other answer. Rows of kind template: letters, their items, and how many items have no
-- reading: category (no known word), the category Other, or a reviewer who cites guidelines of which none is known. Rows of
-- reading: kind problem: letters or files that have it, and what it means; files that could not be read have no decision
-- reading: date and count only where no dates are asked for.
WITH letters AS (
    SELECT decision_year, template, count(*) AS letters
    FROM marts.letters
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY decision_year, template
),
items AS (
    SELECT
        decision_year,
        template,
        count(*) AS items,
        count(*) FILTER (category IS NULL) AS without_category,
        count(*) FILTER (category = 'Other') AS other,
        count(*) FILTER (reviewer_basis <> 'none' AND len(reviewer_families) = 0) AS without_family
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY decision_year, template
),
problems AS (
    SELECT problem.code, any_value(known.meaning) AS meaning, count(DISTINCT problem.sha256) AS letters
    FROM main.problems AS problem
    LEFT JOIN main.determinations AS letter ON letter.sha256 = problem.sha256
    LEFT JOIN codes.problem_codes AS known ON known.code = problem.code
    WHERE ($from IS NULL OR letter.decision_date >= $from) AND ($to IS NULL OR letter.decision_date <= $to)
    GROUP BY problem.code
)
SELECT
    'template' AS kind,
    letters.decision_year,
    letters.template AS value,
    letters.letters,
    coalesce(items.items, 0) AS items,
    items.without_category AS items_without_category,
    items.without_category / items.items AS share_without_category,
    items.other AS items_other,
    items.without_family AS items_without_family,
    items.without_family / items.items AS share_without_family,
    NULL AS meaning
FROM letters
LEFT JOIN items
    ON items.template = letters.template AND items.decision_year IS NOT DISTINCT FROM letters.decision_year
UNION ALL
SELECT 'problem', NULL, code, letters, NULL, NULL, NULL, NULL, NULL, NULL, meaning
FROM problems
ORDER BY kind DESC, decision_year, letters DESC, value
