-- How old are the claims: disputed items by claim age and by accident year, drugs against the rest?
-- reading: Every item stands once under claim age (whole years from injury to decision) and once under accident year: do
-- reading: not add up the two. Shares are of all drug items, or of all others. A row without a value holds items whose
-- reading: letter lacks a date or has them out of order.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (1 s at 2 million letters)
WITH by_letter AS (
    SELECT
        any_value(claim_age) AS claim_age,
        any_value(accident_year) AS accident_year,
        count(*) FILTER (is_drug) AS drug_n,
        count(*) FILTER (is_drug AND is_overturned) AS drug_y,
        count(*) FILTER (NOT is_drug) AS other_n,
        count(*) FILTER (NOT is_drug AND is_overturned) AS other_y
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY determination_id
),
grouped AS (
    SELECT
        'claim age' AS grouped_by,
        CASE
            WHEN claim_age < 1 THEN 'under 1 year'
            WHEN claim_age < 3 THEN '1 to 2 years'
            WHEN claim_age < 6 THEN '3 to 5 years'
            WHEN claim_age < 11 THEN '6 to 10 years'
            WHEN claim_age >= 11 THEN '11 years and more'
        END AS value,
        CASE WHEN claim_age < 1 THEN 0 WHEN claim_age < 3 THEN 1 WHEN claim_age < 6 THEN 3 WHEN claim_age < 11 THEN 6
            WHEN claim_age >= 11 THEN 11 END AS place,
        *
    FROM by_letter
    UNION ALL BY NAME
    SELECT 'accident year' AS grouped_by, accident_year::VARCHAR AS value, accident_year AS place, *
    FROM by_letter
    UNION ALL BY NAME
    SELECT 'all items' AS grouped_by, 'all items' AS value, NULL AS place, *
    FROM by_letter
)
SELECT
    grouped_by,
    value,
    count(*) FILTER (drug_n > 0) AS drug_letters,
    sum(drug_n)::BIGINT AS drug_items,
    sum(drug_n) / nullif(sum(sum(drug_n)) OVER (PARTITION BY grouped_by), 0) AS share_of_drug_items,
    sum(drug_y)::BIGINT AS drug_overturned,
    share(drug_n, drug_y) AS drug_overturn_rate,
    share_low(drug_n, drug_y, max(rho)) AS drug_overturn_rate_low,
    share_high(drug_n, drug_y, max(rho)) AS drug_overturn_rate_high,
    letters_note(count(*) FILTER (drug_n > 0)) AS drug_note,
    count(*) FILTER (other_n > 0) AS other_letters,
    sum(other_n)::BIGINT AS other_items,
    sum(other_n) / nullif(sum(sum(other_n)) OVER (PARTITION BY grouped_by), 0) AS share_of_other_items,
    sum(other_y)::BIGINT AS other_overturned,
    share(other_n, other_y) AS other_overturn_rate,
    share_low(other_n, other_y, max(rho)) AS other_overturn_rate_low,
    share_high(other_n, other_y, max(rho)) AS other_overturn_rate_high,
    letters_note(count(*) FILTER (other_n > 0)) AS other_note
FROM grouped
CROSS JOIN marts.item_correlation
GROUP BY grouped_by, value, place
ORDER BY grouped_by = 'all items', grouped_by DESC, place
