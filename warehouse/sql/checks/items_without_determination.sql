-- Disputed items whose letter is not there.
-- severity: quarantine
-- bound: 0
-- observed: 0 of 210 items, 2026-11
-- why: every item stands in a letter
SELECT determination_id, item_number FROM main.disputed_items ANTI JOIN main.determinations USING (determination_id)
