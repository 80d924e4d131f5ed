-- Guidelines cited by either side, by family and year; an item that cites two families counts under both.
-- table: computed from all letters; finds the distinct families of each item (5 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column cited_by: Who cited it (claims_administrator for utilization review, reviewer)
-- column source: Within the Medical Treatment Utilization Schedule or not (MTUS, Non-MTUS)
-- column guideline_family: Family of the guideline, null where its title is unknown
-- column items: Disputed items for which it is cited
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
WITH cited AS (
    SELECT DISTINCT
        item.decision_year,
        citation.cited_by,
        citation.source,
        citation.guideline_family,
        item.determination_id,
        item.item_number,
        item.is_overturned
    FROM main.guideline_citations AS citation
    JOIN marts.items AS item
        ON item.determination_id = citation.determination_id AND item.item_number = citation.item_number
)
SELECT
    decision_year,
    cited_by,
    source,
    guideline_family,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate
FROM cited
GROUP BY decision_year, cited_by, source, guideline_family
ORDER BY decision_year, cited_by, items DESC, guideline_family
