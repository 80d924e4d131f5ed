-- Disputed items by the body region that the request names; an item with two regions counts under both.
-- table: computed from all letters; joins body parts to their items (2 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column region: Body region, null for items whose request names none
-- column items: Disputed items; do not add up regions, an item counts under each that it names
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column left_items: Items that name its left side
-- column right_items: Items that name its right side
-- column bilateral_items: Items that name both sides
WITH named AS (
    SELECT
        item.decision_year,
        part.region,
        item.is_overturned,
        coalesce(bool_or(part.side = 'left'), false) AS is_left,
        coalesce(bool_or(part.side = 'right'), false) AS is_right,
        coalesce(bool_or(part.side = 'bilateral'), false) AS is_bilateral
    FROM marts.items AS item
    LEFT JOIN main.item_body_parts AS part
        ON part.determination_id = item.determination_id AND part.item_number = item.item_number
    GROUP BY item.determination_id, item.item_number, item.decision_year, item.is_overturned, part.region
)
SELECT
    decision_year,
    region,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate,
    count(*) FILTER (is_left) AS left_items,
    count(*) FILTER (is_right) AS right_items,
    count(*) FILTER (is_bilateral) AS bilateral_items
FROM named
GROUP BY decision_year, region
ORDER BY decision_year, items DESC, region
