-- What most needs a person: problems of letters that are loaded, one row per kind and what they are about, the most frequent first.
-- `word` is the excerpt without what differs between letters that mean one thing: case, marks, all from the first number
-- on, and words that stand before or after the name of any drug.
-- `place` counts the rows of a kind, `of_kind` says how many there are. The example is the letter that was decided last.
-- $codes: problem codes, in the order in which they are wanted; $from, $to: first and last date of decision, or null;
-- $limit: rows of each kind, null for all.
WITH reported AS (
    SELECT
        problem.code,
        problem.excerpt,
        problem.page,
        problem.position,
        letter.determination_id,
        letter.case_number,
        letter.decision_date,
        CASE
            WHEN problem.code = 'doubtful_category' THEN regexp_extract(problem.excerpt, '^(.*?)(?:: |$)', 1)
            WHEN problem.code IN ('unknown_drug', 'unknown_treatment', 'number_unread')
                THEN regexp_extract(
                    regexp_replace(problem.excerpt, '(?i)^\s*associated[\pL\s]*:', ''), '^[^\pN,;:#(\[]*'
                )
            ELSE problem.excerpt
        END AS head
    FROM main.problems AS problem
    JOIN main.determinations AS letter USING (sha256)
    WHERE
        list_contains($codes, problem.code)
        AND ($from::DATE IS NULL OR letter.decision_date >= $from)
        AND ($to::DATE IS NULL OR letter.decision_date <= $to)
),
leads AS (
    SELECT list(DISTINCT lower(spelling)) AS words
    FROM (
        SELECT unnest(string_split(concat_ws('|', word, aliases), '|')) AS spelling FROM codes.prescription_words
        UNION ALL
        SELECT unnest(string_split(concat_ws('|', form, aliases), '|')) FROM codes.dosage_forms
    )
),
-- Each text once: there are far fewer of them than problems.
texts AS (
    SELECT DISTINCT
        code IN ('unknown_drug', 'unknown_treatment', 'number_unread') AS is_request,
        coalesce(nullif(trim(head), ''), excerpt, '') AS text
    FROM reported
),
split AS (
    SELECT *, regexp_extract_all(lower(strip_accents(text)), '[\pL\pN]+') AS tokens FROM texts
),
named AS (
    SELECT
        is_request,
        text,
        tokens,
        list_filter(
            tokens,
            lambda token: NOT is_request OR (token <> 'of' AND NOT list_contains(leads.words, token))
        ) AS kept
    FROM split
    CROSS JOIN leads
),
counted AS (
    SELECT
        code,
        array_to_string(if(len(kept) > 0, kept, tokens), ' ') AS word,
        count(*) AS items,
        count(DISTINCT determination_id) AS letters,
        max_by(
            struct_pack(determination_id, case_number, decision_date, excerpt, page),
            (coalesce(decision_date, DATE '0001-01-01'), determination_id, -position)
        ) AS example
    FROM reported
    JOIN named
        ON named.text = coalesce(nullif(trim(head), ''), excerpt, '')
        AND named.is_request = (code IN ('unknown_drug', 'unknown_treatment', 'number_unread'))
    GROUP BY ALL
)
SELECT
    code,
    word,
    items,
    letters,
    example.determination_id,
    example.case_number,
    example.decision_date,
    example.excerpt,
    example.page,
    row_number() OVER (PARTITION BY code ORDER BY items DESC, word) AS place,
    count(*) OVER (PARTITION BY code) AS of_kind
FROM counted
QUALIFY $limit::BIGINT IS NULL OR place <= $limit
ORDER BY list_position($codes, code), place
