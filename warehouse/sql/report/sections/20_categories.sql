-- title: Overturn rate by category
-- read: The state's categories. A blank category holds items of which no word is known.
-- chart: rates category
WITH by_letter AS (
    SELECT category, count(*) AS n, count(*) FILTER (is_overturned) AS y
    FROM marts.items
    WHERE ($year IS NULL OR decision_year = $year)
    GROUP BY category, determination_id
)
SELECT
    category,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(n) / sum(sum(n)) OVER () AS share_of_items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY category
ORDER BY items DESC, category
