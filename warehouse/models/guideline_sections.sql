-- Titles and sections of the MTUS that either side cited, by treatment; an item counts under each section it cites.
-- column cited_by: Who cited it (claims_administrator for utilization review, reviewer)
-- column guideline_family: Family of the guideline, null where its title is unknown
-- column section: Heading of the section in its most frequent spelling, null where a title is cited without one
-- column category: The state's category of the item, null where unknown
-- column subcategory: The state's subcategory of the item
-- column treatment: Treatment or test of the item, for drugs the ingredient of its first drug
-- column items: Disputed items for which it is cited
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
WITH cited AS (
    SELECT
        citation.cited_by,
        citation.guideline_family,
        unnest(CASE WHEN len(citation.sections) > 0 THEN citation.sections ELSE [NULL] END) AS section,
        item.category,
        item.subcategory,
        coalesce(item.treatment, item.ingredient) AS treatment,
        item.determination_id,
        item.item_number,
        item.is_overturned
    FROM imr.guideline_citations AS citation
    JOIN marts.items AS item
        ON item.determination_id = citation.determination_id AND item.item_number = citation.item_number
    WHERE citation.source = 'MTUS'
),
once AS (
    SELECT
        cited_by,
        guideline_family,
        lower(section) AS section_key,
        any_value(section) AS section,
        category,
        subcategory,
        treatment,
        determination_id,
        item_number,
        any_value(is_overturned) AS is_overturned
    FROM cited
    GROUP BY cited_by, guideline_family, lower(section), category, subcategory, treatment, determination_id, item_number
)
SELECT
    cited_by,
    guideline_family,
    mode(section) AS section,
    category,
    subcategory,
    treatment,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    avg(is_overturned::INT) AS overturn_rate
FROM once
GROUP BY cited_by, guideline_family, section_key, category, subcategory, treatment
ORDER BY items DESC, cited_by, guideline_family, section, category, subcategory, treatment
