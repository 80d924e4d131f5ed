-- title: What decisions rest on
-- read: What utilization review cited, and what the reviewer did: the state's Medical Treatment Utilization Schedule (MTUS), other evidence, both, or none. The darker a field, the higher its overturn rate; fields of fewer than 5 letters have counts only.
-- chart: grid ur_basis reviewer_basis
WITH by_letter AS (
    SELECT ur_basis, reviewer_basis, count(*) AS n, count(*) FILTER (is_overturned) AS y
    FROM marts.items
    WHERE ($year IS NULL OR decision_year = $year)
    GROUP BY ur_basis, reviewer_basis, determination_id
)
SELECT
    ur_basis,
    reviewer_basis,
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
GROUP BY ur_basis, reviewer_basis
ORDER BY items DESC, ur_basis, reviewer_basis
