-- How titles and sections of the MTUS are written in letters, and the spelling that counts: one row per spelling.
-- adds up
-- column part: What it names (title, section)
-- column written: As letters write it
-- column citations: How often it is cited as written, by either side
-- column spelling: The most frequent of the spellings that differ in letter case, marks and spaces only
WITH cited AS (
    SELECT 'title' AS part, guideline AS written
    FROM imr.guideline_citations
    WHERE source = 'MTUS'
    UNION ALL
    SELECT 'section', unnest(sections)
    FROM imr.guideline_citations
    WHERE source = 'MTUS'
)
SELECT
    part,
    written,
    count(*) AS citations,
    first_value(written) OVER (
        PARTITION BY part, trim(regexp_replace(lower(written), '[^\pL\pN]+', ' ', 'g'))
        ORDER BY citations DESC, written
    ) AS spelling
FROM cited
GROUP BY part, written
ORDER BY part, spelling, written
