-- title: What decisions rest on
-- read: What utilization review cited, and what the reviewer did: the state's Medical Treatment Utilization Schedule (MTUS), other evidence, both, or none.
-- chart: grid ur_basis reviewer_basis
SELECT
    ur_basis, reviewer_basis, sum(items) AS items, sum(items) / sum(sum(items)) OVER () AS share_of_items,
    sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate
FROM marts.guideline_basis
WHERE $year IS NULL OR decision_year = $year
GROUP BY ur_basis, reviewer_basis
ORDER BY items DESC, ur_basis, reviewer_basis
