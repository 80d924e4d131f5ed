-- The same treatment under the same MTUS section: how often reviewers who cite it uphold and overturn.
-- table: computed from all letters; groups the citations of all letters (3 s at 2 million letters)
-- column category: The state's category of the item, null where unknown
-- column treatment: Treatment or test of the item, for drugs the generic name of the first drug; items of unknown treatment are not in it
-- column guideline_family: Family of the guideline that the reviewer cites
-- column guideline: Its title without its year
-- column section: Heading of the section that the reviewer cites; items whose reviewer cites none are not in it
-- column items: Disputed items
-- column upheld: Items whose denial stands
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column disagreement: Share of items whose outcome is the rarer one, from 0 (all alike) to 0.5
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH spelled AS (
    SELECT DISTINCT part, words, spelling FROM marts.mtus_spellings
),
by_letter AS (
    SELECT
        category,
        treatment,
        guideline_family,
        guideline_words,
        section_words,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.mtus_citations
    WHERE cited_by = 'reviewer' AND section_words IS NOT NULL AND treatment IS NOT NULL
    GROUP BY category, treatment, guideline_family, guideline_words, section_words, determination_id
),
counted AS (
    SELECT
        category,
        treatment,
        guideline_family,
        guideline_words,
        section_words,
        sum(n)::BIGINT AS items,
        sum(n - y)::BIGINT AS upheld,
        sum(y)::BIGINT AS overturned,
        share(n, y) AS overturn_rate,
        least(share(n, y), 1 - share(n, y)) AS disagreement,
        count(*) AS letters,
        share_low(n, y, max(rho)) AS overturn_rate_low,
        share_high(n, y, max(rho)) AS overturn_rate_high,
        letters_note(count(*)) AS note
    FROM by_letter
    CROSS JOIN marts.item_correlation
    GROUP BY category, treatment, guideline_family, guideline_words, section_words
)
SELECT
    counted.category,
    counted.treatment,
    counted.guideline_family,
    title.spelling AS guideline,
    section.spelling AS section,
    counted.items,
    counted.upheld,
    counted.overturned,
    counted.overturn_rate,
    counted.disagreement,
    counted.letters,
    counted.overturn_rate_low,
    counted.overturn_rate_high,
    counted.note
FROM counted
JOIN spelled AS title ON title.part = 'title' AND title.words = counted.guideline_words
JOIN spelled AS section ON section.part = 'section' AND section.words = counted.section_words
