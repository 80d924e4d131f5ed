-- Titles and sections of the MTUS cited for disputed items, distinguished by their words: what item_sections shows in the most frequent spelling.
-- table: replaced case by case; finds the distinct sections of each item
-- column determination_id: Key of the letter
-- column item_number: Number of the item within its letter
-- column cited_by: Who cited it (claims_administrator for utilization review, reviewer)
-- column guideline_family: Family of the guideline, null where its title is unknown
-- column guideline_words: Words of the title without its year, in lower case and without punctuation
-- column section_words: Words of the section's heading, in lower case and without punctuation; null where the title is cited without one
-- column decision_date: Date of the decision, null where the letter's header lacks it
-- column decision_year: Year of the decision
-- column category: The state's category of the item, null where unknown
-- column subcategory: The state's subcategory of the item, for drugs the class
-- column treatment: Treatment or test of the item, for drugs the generic name of the first drug; null where unknown
-- column is_overturned: The decision on the item is overturned
WITH items AS (
    FROM marts.items
    SEMI JOIN batch_cases USING (determination_id)
),
cited AS (
    SELECT
        determination_id,
        item_number,
        cited_by,
        guideline_family,
        guideline,
        unnest(CASE WHEN len(sections) > 0 THEN sections ELSE [NULL] END) AS section
    FROM main.guideline_citations
    SEMI JOIN batch_cases USING (determination_id)
    WHERE source = 'MTUS'
),
distinct_citations AS (
    SELECT DISTINCT
        determination_id,
        item_number,
        cited_by,
        guideline_family,
        trim(regexp_replace(lower(guideline), '[^\pL\pN]+', ' ', 'g')) AS guideline_words,
        trim(regexp_replace(lower(section), '[^\pL\pN]+', ' ', 'g')) AS section_words
    FROM cited
)
SELECT
    cited.determination_id,
    cited.item_number,
    cited.cited_by,
    cited.guideline_family,
    cited.guideline_words,
    cited.section_words,
    item.decision_date,
    item.decision_year,
    item.category,
    item.subcategory,
    item.treatment,
    item.is_overturned
FROM distinct_citations AS cited
JOIN items AS item
    ON item.determination_id = cited.determination_id AND item.item_number = cited.item_number
ORDER BY cited.determination_id, cited.item_number, cited.cited_by, cited.guideline_words, cited.section_words
