-- Titles and sections of the MTUS cited for disputed items: one row per item, side that cites, title and section.
-- column determination_id: Key of the letter
-- column item_number: Number of the item within its letter
-- column cited_by: Who cited it (claims_administrator for utilization review, reviewer)
-- column guideline_family: Family of the guideline, null where its title is unknown
-- column guideline: Title without its year, in the most frequent of the spellings that differ in letter case and marks only
-- column section: Heading of the section in its most frequent spelling, null where the title is cited without one
-- column decision_date: Date of the decision, null where the letter's header lacks it
-- column decision_year: Year of the decision
-- column category: The state's category of the item, null where unknown
-- column subcategory: The state's subcategory of the item, for drugs the class
-- column treatment: Treatment or test of the item, for drugs the generic name of the first drug; null where unknown
-- column is_overturned: The decision on the item is overturned
WITH cited AS (
    SELECT
        determination_id,
        item_number,
        cited_by,
        guideline_family,
        guideline,
        unnest(CASE WHEN len(sections) > 0 THEN sections ELSE [NULL] END) AS section
    FROM imr.guideline_citations
    WHERE source = 'MTUS'
),
once AS (
    SELECT DISTINCT
        cited.determination_id,
        cited.item_number,
        cited.cited_by,
        cited.guideline_family,
        titles.spelling AS guideline,
        headings.spelling AS section
    FROM cited
    JOIN marts.mtus_spellings AS titles ON titles.part = 'title' AND titles.written = cited.guideline
    LEFT JOIN marts.mtus_spellings AS headings ON headings.part = 'section' AND headings.written = cited.section
)
SELECT
    once.determination_id,
    once.item_number,
    once.cited_by,
    once.guideline_family,
    once.guideline,
    once.section,
    item.decision_date,
    item.decision_year,
    item.category,
    item.subcategory,
    item.treatment,
    item.is_overturned
FROM once
JOIN marts.items AS item
    ON item.determination_id = once.determination_id AND item.item_number = once.item_number
ORDER BY once.determination_id, once.item_number, once.cited_by, once.guideline, once.section
