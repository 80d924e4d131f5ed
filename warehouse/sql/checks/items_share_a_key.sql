-- Two disputed items of one number.
-- severity: quarantine
-- bound: 0
-- observed: 0 of 210 items, 2026-11
-- why: items are numbered within their letter
SELECT determination_id, item_number, count(*) AS rows FROM main.disputed_items GROUP BY ALL HAVING count(*) > 1
