-- Titles and sections of the MTUS cited for disputed items: one row per item, side that cites, title and section.
-- view: joins mtus_citations to a few hundred spellings (0.6 s at 2 million letters); which spelling is the most frequent depends on all letters
-- column determination_id: Key of the letter
-- column item_number: Number of the item within its letter
-- column cited_by: Who cited it (claims_administrator for utilization review, reviewer)
-- column guideline_family: Family of the guideline, null where its title is unknown
-- column guideline: Title without its year, in the most frequent of the spellings that differ in letter case and punctuation only
-- column section: Heading of the section in its most frequent spelling, null where the title is cited without one
-- column decision_date: Date of the decision, null where the letter's header lacks it
-- column decision_year: Year of the decision
-- column category: The state's category of the item, null where unknown
-- column subcategory: The state's subcategory of the item, for drugs the class
-- column treatment: Treatment or test of the item, for drugs the generic name of the first drug; null where unknown
-- column is_overturned: The decision on the item is overturned
WITH spelled AS (
    SELECT DISTINCT part, words, spelling FROM marts.mtus_spellings
)
SELECT
    cited.determination_id,
    cited.item_number,
    cited.cited_by,
    cited.guideline_family,
    title.spelling AS guideline,
    section.spelling AS section,
    cited.decision_date,
    cited.decision_year,
    cited.category,
    cited.subcategory,
    cited.treatment,
    cited.is_overturned
FROM marts.mtus_citations AS cited
JOIN spelled AS title ON title.part = 'title' AND title.words = cited.guideline_words
LEFT JOIN spelled AS section ON section.part = 'section' AND section.words = cited.section_words
