-- Disputed items by the body region that the request names; an item with two regions counts under both.
-- table: computed from all letters; joins body parts to their items (3 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column region: Body region, null for items whose request names none
-- column items: Disputed items; do not add up regions, an item counts under each that it names
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column left_items: Items that name its left side
-- column right_items: Items that name its right side
-- column bilateral_items: Items that name both sides
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH named AS (
    SELECT
        item.decision_year,
        part.region,
        item.determination_id,
        item.is_overturned,
        coalesce(bool_or(part.side = 'left'), false) AS is_left,
        coalesce(bool_or(part.side = 'right'), false) AS is_right,
        coalesce(bool_or(part.side = 'bilateral'), false) AS is_bilateral
    FROM marts.items AS item
    LEFT JOIN main.item_body_parts AS part
        ON part.determination_id = item.determination_id AND part.item_number = item.item_number
    GROUP BY item.determination_id, item.item_number, item.decision_year, item.is_overturned, part.region
),
by_letter AS (
    SELECT
        decision_year,
        region,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y,
        count(*) FILTER (is_left) AS left_n,
        count(*) FILTER (is_right) AS right_n,
        count(*) FILTER (is_bilateral) AS bilateral_n
    FROM named
    GROUP BY decision_year, region, determination_id
)
SELECT
    decision_year,
    region,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    sum(left_n)::BIGINT AS left_items,
    sum(right_n)::BIGINT AS right_items,
    sum(bilateral_n)::BIGINT AS bilateral_items,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY decision_year, region
ORDER BY decision_year, items DESC, region
