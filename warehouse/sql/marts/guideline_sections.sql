-- Titles and sections of the MTUS that either side cited, by treatment; an item counts under each section it cites.
-- table: computed from all letters; groups all citations into hundreds of thousands of rows (5 s at 2 million letters)
-- column cited_by: Who cited it (claims_administrator for utilization review, reviewer)
-- column guideline_family: Family of the guideline, null where its title is unknown
-- column guideline: Title without its year, in its most frequent spelling
-- column section: Heading of the section in its most frequent spelling, null where a title is cited without one
-- column category: The state's category of the item, null where unknown
-- column subcategory: The state's subcategory of the item
-- column treatment: Treatment or test of the item, for drugs the generic name of the first drug; null where unknown
-- column items: Disputed items for which it is cited
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH spelled AS (
    SELECT DISTINCT part, words, spelling FROM marts.mtus_spellings
),
by_letter AS (
    SELECT
        cited_by,
        guideline_family,
        guideline_words,
        section_words,
        category,
        subcategory,
        treatment,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.mtus_citations
    GROUP BY
        cited_by,
        guideline_family,
        guideline_words,
        section_words,
        category,
        subcategory,
        treatment,
        determination_id
),
counted AS (
    SELECT
        cited_by,
        guideline_family,
        guideline_words,
        section_words,
        category,
        subcategory,
        treatment,
        sum(n)::BIGINT AS items,
        sum(y)::BIGINT AS overturned,
        share(n, y) AS overturn_rate,
        count(*) AS letters,
        share_low(n, y, max(rho)) AS overturn_rate_low,
        share_high(n, y, max(rho)) AS overturn_rate_high,
        letters_note(count(*)) AS note
    FROM by_letter
    CROSS JOIN marts.item_correlation
    GROUP BY cited_by, guideline_family, guideline_words, section_words, category, subcategory, treatment
)
SELECT
    counted.cited_by,
    counted.guideline_family,
    title.spelling AS guideline,
    section.spelling AS section,
    counted.category,
    counted.subcategory,
    counted.treatment,
    counted.items,
    counted.overturned,
    counted.overturn_rate,
    counted.letters,
    counted.overturn_rate_low,
    counted.overturn_rate_high,
    counted.note
FROM counted
JOIN spelled AS title ON title.part = 'title' AND title.words = counted.guideline_words
LEFT JOIN spelled AS section ON section.part = 'section' AND section.words = counted.section_words
