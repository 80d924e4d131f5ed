-- Disputed items by the body region that the request names; an item with two regions counts under both.
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column region: Body region; items whose request names none are not in it
-- column items: Disputed items that name the region
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column left_items: Items that name its left side
-- column right_items: Items that name its right side
-- column bilateral_items: Items that name both sides
WITH named AS (
    SELECT
        item.decision_year,
        part.region,
        item.determination_id,
        item.item_number,
        item.is_overturned,
        bool_or(part.side = 'left') AS is_left,
        bool_or(part.side = 'right') AS is_right,
        bool_or(part.side = 'bilateral') AS is_bilateral
    FROM imr.item_body_parts AS part
    JOIN marts.items AS item
        ON item.determination_id = part.determination_id AND item.item_number = part.item_number
    GROUP BY ALL
)
SELECT
    decision_year,
    region,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    avg(is_overturned::INT) AS overturn_rate,
    count(*) FILTER (is_left) AS left_items,
    count(*) FILTER (is_right) AS right_items,
    count(*) FILTER (is_bilateral) AS bilateral_items
FROM named
GROUP BY decision_year, region
ORDER BY decision_year, items DESC, region
