-- The same treatment under the same MTUS section: how often reviewers who cite it uphold and overturn.
-- view: sums up guideline_sections (0.3 s at 2 million letters)
-- column category: The state's category of the item, null where unknown
-- column treatment: Treatment or test of the item, for drugs the generic name of the first drug; items of unknown treatment are not in it
-- column guideline_family: Family of the guideline that the reviewer cites
-- column guideline: Its title without its year
-- column section: Heading of the section that the reviewer cites; items whose reviewer cites none are not in it
-- column items: Disputed items
-- column upheld: Items whose denial stands
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column disagreement: Share of items whose outcome is the rarer one, from 0 (all alike) to 0.5
SELECT
    category,
    treatment,
    guideline_family,
    guideline,
    section,
    sum(items)::BIGINT AS items,
    sum(items - overturned)::BIGINT AS upheld,
    sum(overturned)::BIGINT AS overturned,
    sum(overturned) / sum(items) AS overturn_rate,
    least(sum(overturned), sum(items - overturned)) / sum(items) AS disagreement
FROM marts.guideline_sections
WHERE cited_by = 'reviewer' AND section IS NOT NULL AND treatment IS NOT NULL
GROUP BY category, treatment, guideline_family, guideline, section
