-- Drugs, body parts and citations whose item is not there.
-- severity: quarantine
-- bound: 0
-- observed: 0, 2026-11
-- why: each is found in an item's request or guideline
SELECT 'item_drugs' AS list, determination_id, item_number
FROM main.item_drugs ANTI JOIN main.disputed_items USING (determination_id, item_number)
UNION ALL
SELECT 'item_body_parts', determination_id, item_number
FROM main.item_body_parts ANTI JOIN main.disputed_items USING (determination_id, item_number)
UNION ALL
SELECT 'guideline_citations', determination_id, item_number
FROM main.guideline_citations ANTI JOIN main.disputed_items USING (determination_id, item_number)
