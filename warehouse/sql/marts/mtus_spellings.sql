-- How titles and sections of the MTUS are written in letters, and the most frequent spelling of each: one row per spelling.
-- table: computed from all letters; counts every citation (0.5 s at 2 million letters), and item_sections joins it
-- column part: What it names (title, section)
-- column written: As letters write it
-- column words: Its words in lower case and without punctuation; spellings that share them are spellings of one title or section
-- column citations: How often it is cited as written, by either side
-- column spelling: The most frequent of the spellings that share its words
WITH cited AS (
    SELECT 'title' AS part, guideline AS written
    FROM main.guideline_citations
    WHERE source = 'MTUS'
    UNION ALL
    SELECT 'section', unnest(sections)
    FROM main.guideline_citations
    WHERE source = 'MTUS'
),
counted AS (
    SELECT part, written, count(*) AS citations
    FROM cited
    GROUP BY part, written
),
worded AS (
    SELECT *, trim(regexp_replace(lower(written), '[^\pL\pN]+', ' ', 'g')) AS words
    FROM counted
)
SELECT
    part,
    written,
    words,
    citations,
    first_value(written) OVER (PARTITION BY part, words ORDER BY citations DESC, written) AS spelling
FROM worded
ORDER BY part, spelling, written
