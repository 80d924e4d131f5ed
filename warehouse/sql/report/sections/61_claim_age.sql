-- title: Age of the claim at decision, drugs against the rest
-- read: Whole years from injury to decision; blank where a date is missing or they are out of order. All years of decision.
-- chart: ages claim_age drug_items other_items
SELECT
    claim_age,
    coalesce(sum(items) FILTER (is_drug), 0) AS drug_items,
    sum(overturned) FILTER (is_drug) / sum(items) FILTER (is_drug) AS drug_overturn_rate,
    coalesce(sum(items) FILTER (NOT is_drug), 0) AS other_items,
    sum(overturned) FILTER (NOT is_drug) / sum(items) FILTER (NOT is_drug) AS other_overturn_rate
FROM marts.claims_by_age
GROUP BY claim_age
ORDER BY claim_age
