-- Determinations whose item_count is not the number of their items.
-- severity: quarantine
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: both are made from the same rows
SELECT determination_id, item_count, count(item.determination_id) AS items
FROM main.determinations
LEFT JOIN main.disputed_items AS item USING (determination_id)
GROUP BY ALL
HAVING item_count <> items
