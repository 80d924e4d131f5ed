-- title: Year of the injury
-- read: Blank where the letter does not state it. All years of decision.
-- chart: none
SELECT
    accident_year, sum(items) AS items, sum(items) FILTER (is_drug) / sum(items) AS share_of_drug_items,
    sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate
FROM marts.claims_by_age
GROUP BY accident_year
ORDER BY accident_year
