-- Titles and sections of the MTUS that either side cited, by treatment; an item counts under each section it cites.
-- adds up
-- column cited_by: Who cited it (claims_administrator for utilization review, reviewer)
-- column guideline_family: Family of the guideline, null where its title is unknown
-- column guideline: Title without its year, in its most frequent spelling
-- column section: Heading of the section in its most frequent spelling, null where a title is cited without one
-- column category: The state's category of the item, null where unknown
-- column subcategory: The state's subcategory of the item
-- column treatment: Treatment or test of the item, for drugs the generic name of the first drug; null where unknown
-- column items: Disputed items for which it is cited
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
SELECT
    cited_by,
    guideline_family,
    guideline,
    section,
    category,
    subcategory,
    treatment,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate
FROM marts.item_sections
GROUP BY cited_by, guideline_family, guideline, section, category, subcategory, treatment
