-- Which items are overturned in cases that uphold others?
-- reading: Only cases in which some items are overturned and some upheld. By definition each of them overturns at least
-- reading: one item and upholds at least one: rates here are far above those of all cases, whatever the treatment, and
-- reading: cannot be compared with them. expected_overturn_rate is what the rate would be if in each case every item
-- reading: were equally likely to be overturned: above it, items of the category are the ones that win.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (1 s at 2 million letters)
WITH items AS (
    SELECT
        item.category,
        item.subcategory,
        item.determination_id,
        item.is_overturned,
        -- A decimal: its sums do not depend on the order of the rows.
        (letter.overturned / letter.items)::DECIMAL(16, 15) AS usual_rate
    FROM marts.items AS item
    JOIN marts.letters AS letter ON letter.determination_id = item.determination_id
    WHERE item.letter_outcome = 'partially overturned' AND letter.outcome = 'partially overturned'
        AND ($from IS NULL OR item.decision_date >= $from) AND ($to IS NULL OR item.decision_date <= $to)
),
by_letter AS (
    SELECT
        false AS is_total,
        category,
        subcategory,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y,
        sum(usual_rate) AS expected
    FROM items
    GROUP BY category, subcategory, determination_id
    UNION ALL
    SELECT true, 'all items', NULL, count(*), count(*) FILTER (is_overturned), sum(usual_rate)
    FROM items
    GROUP BY determination_id
)
SELECT
    category,
    subcategory,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    sum(y) / sum(sum(y)) FILTER (is_total) OVER () AS share_of_overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    share(n, expected) AS expected_overturn_rate,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY is_total, category, subcategory
ORDER BY is_total, overturned DESC, items DESC, category, subcategory
