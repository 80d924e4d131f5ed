-- The texts of the disputed items of the cases in `batch_cases`, as the search index holds them: one row per item.
-- `names` are those of the code tables: what the item is, in words that its request may lack.
WITH drugs AS (
    SELECT determination_id, item_number, string_agg(concat_ws(' ', ingredient, drug_class), '; ' ORDER BY position) AS names
    FROM main.item_drugs
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id, item_number
),
regions AS (
    SELECT determination_id, item_number, string_agg(concat_ws(' ', side, region), '; ' ORDER BY position) AS names
    FROM main.item_body_parts
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id, item_number
)
SELECT
    item.determination_id,
    item.item_number,
    item.request,
    concat_ws(
        '; ',
        item.category,
        item.subcategory,
        item.treatment,
        drugs.names,
        regions.names,
        CASE WHEN item.visits IS NOT NULL THEN 'visits sessions' END
    ) AS names,
    item.rationale,
    concat_ws('; ', item.claims_administrator_guideline, item.reviewer_guideline) AS guideline
FROM main.disputed_items AS item
SEMI JOIN batch_cases ON batch_cases.determination_id = item.determination_id
LEFT JOIN drugs ON drugs.determination_id = item.determination_id AND drugs.item_number = item.item_number
LEFT JOIN regions ON regions.determination_id = item.determination_id AND regions.item_number = item.item_number
ORDER BY item.determination_id, item.item_number
