-- Which items are overturned in letters that uphold others: items of partially overturned letters by category and subcategory.
-- table: computed from all letters; intervals need the items of each letter (0.3 s at 2 million letters)
-- column category: The state's category, null where unknown
-- column subcategory: The state's subcategory, for drugs the class
-- column letters: Partially overturned letters with such items
-- column items: Items of partially overturned letters
-- column overturned: Those of them that are overturned
-- column share_of_overturned: overturned / all overturned items of partially overturned letters
-- column overturn_rate: overturned / items, null under 5 letters; by definition such a letter overturns at least one item and upholds at least one
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column expected_overturn_rate: What the rate would be if in each of these letters every item were equally likely to be overturned, null under 5 letters
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        item.category,
        item.subcategory,
        item.determination_id,
        count(*) AS n,
        count(*) FILTER (item.is_overturned) AS y,
        -- A decimal: its sums do not depend on the order of the rows.
        (count(*) * any_value(letter.overturned) / any_value(letter.items))::DECIMAL(18, 12) AS expected
    FROM marts.items AS item
    JOIN marts.letters AS letter ON letter.determination_id = item.determination_id
    WHERE item.letter_outcome = 'partially overturned' AND letter.outcome = 'partially overturned'
    GROUP BY item.category, item.subcategory, item.determination_id
)
SELECT
    category,
    subcategory,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    sum(y) / sum(sum(y)) OVER () AS share_of_overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    share(n, expected) AS expected_overturn_rate,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY category, subcategory
ORDER BY overturned DESC, items DESC, category, subcategory
