-- How old are the claims: disputed items by claim age and by accident year, drugs against the rest?
-- reading: Every item stands once under claim age (whole years from injury to decision) and once under accident year: do
-- reading: not add up the two. Shares are of all drug items, or of all others. A row without a value holds items whose
-- reading: letter lacks a date or has them out of order.
WITH chosen AS (
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
told AS (
    SELECT
        'claim age' AS told_by,
        CASE
            WHEN claim_age < 1 THEN 'under 1 year'
            WHEN claim_age < 3 THEN '1 to 2 years'
            WHEN claim_age < 6 THEN '3 to 5 years'
            WHEN claim_age < 11 THEN '6 to 10 years'
            WHEN claim_age >= 11 THEN '11 years and more'
        END AS value,
        CASE WHEN claim_age < 1 THEN 0 WHEN claim_age < 3 THEN 1 WHEN claim_age < 6 THEN 3 WHEN claim_age < 11 THEN 6
            WHEN claim_age >= 11 THEN 11 END AS place,
        is_drug,
        is_overturned
    FROM chosen
    UNION ALL
    SELECT 'accident year', accident_year::VARCHAR, accident_year, is_drug, is_overturned
    FROM chosen
)
SELECT
    told_by,
    value,
    count(*) FILTER (is_drug) AS drug_items,
    count(*) FILTER (is_drug) / nullif(sum(count(*) FILTER (is_drug)) OVER (PARTITION BY told_by), 0)
        AS share_of_drug_items,
    count(*) FILTER (is_drug AND is_overturned) AS drug_overturned,
    avg(is_overturned::INT) FILTER (is_drug) AS drug_overturn_rate,
    count(*) FILTER (NOT is_drug) AS other_items,
    count(*) FILTER (NOT is_drug) / nullif(sum(count(*) FILTER (NOT is_drug)) OVER (PARTITION BY told_by), 0)
        AS share_of_other_items,
    count(*) FILTER (NOT is_drug AND is_overturned) AS other_overturned,
    avg(is_overturned::INT) FILTER (NOT is_drug) AS other_overturn_rate
FROM told
GROUP BY told_by, value, place
ORDER BY told_by DESC, place
