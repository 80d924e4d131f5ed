-- title: Body regions of requests
-- read: Items whose request names the region; an item with two regions counts under both.
-- chart: rates region
WITH named AS (
    SELECT unnest(regions) AS region, determination_id, is_overturned
    FROM marts.items
    WHERE ($year IS NULL OR decision_year = $year)
),
by_letter AS (
    SELECT region, count(*) AS n, count(*) FILTER (is_overturned) AS y
    FROM named
    GROUP BY region, determination_id
)
SELECT
    region,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY region
ORDER BY items DESC, region
