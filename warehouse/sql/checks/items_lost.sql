-- Letters count a number of disputed items that differs from the number of their rows.
-- severity: block
-- bound: 0
-- observed: 0 of 210 items, 2026-11
-- why: every row of a letter that counts comes into the warehouse, once
SELECT items_of_letters, items
FROM (SELECT coalesce(sum(item_count), 0) AS items_of_letters FROM main.determinations)
CROSS JOIN (SELECT count(*) AS items FROM main.disputed_items)
WHERE items_of_letters <> items
