-- Drugs, body parts, reasons and citations whose item is not there, and parents that are no item.
-- severity: quarantine
-- bound: 0
-- observed: 0, 2026-11
-- why: each is found in an item's request, guideline or rationale; a parent is another item of the letter
SELECT 'item_drugs' AS list, determination_id, item_number
FROM main.item_drugs ANTI JOIN main.disputed_items USING (determination_id, item_number)
UNION ALL
SELECT 'item_body_parts', determination_id, item_number
FROM main.item_body_parts ANTI JOIN main.disputed_items USING (determination_id, item_number)
UNION ALL
SELECT 'guideline_citations', determination_id, item_number
FROM main.guideline_citations ANTI JOIN main.disputed_items USING (determination_id, item_number)
UNION ALL
SELECT 'rationale_reasons', determination_id, item_number
FROM main.rationale_reasons ANTI JOIN main.disputed_items USING (determination_id, item_number)
UNION ALL
SELECT 'parents', determination_id, parent_item_number
FROM main.disputed_items AS item
ANTI JOIN main.disputed_items AS parent
    ON item.determination_id = parent.determination_id AND item.parent_item_number = parent.item_number
WHERE item.parent_item_number IS NOT NULL
