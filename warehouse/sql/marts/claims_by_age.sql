-- Disputed items by year of the injury and age of the claim at decision, drugs against the rest.
-- view: one pass over items (0.1 s at 2 million letters)
-- column accident_year: Year of the injury, null where the letter does not state it
-- column claim_age: Whole years from injury to decision, null where a date is missing or they are out of order
-- column is_drug: The category is Pharmaceuticals
-- column items: Disputed items
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
SELECT
    accident_year,
    claim_age,
    is_drug,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate
FROM marts.items AS item
GROUP BY accident_year, claim_age, is_drug
ORDER BY accident_year, claim_age, is_drug
