-- Disputed items by year of the injury and age of the claim at decision, drugs against the rest.
-- table: computed from all letters; intervals need the items of each letter (1 s at 2 million letters)
-- column accident_year: Year of the injury, null where the letter does not state it
-- column claim_age: Whole years from injury to decision, null where a date is missing or they are out of order
-- column is_drug: The category is Pharmaceuticals
-- column items: Disputed items
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        accident_year,
        claim_age,
        is_drug,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    GROUP BY accident_year, claim_age, is_drug, determination_id
)
SELECT
    accident_year,
    claim_age,
    is_drug,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY accident_year, claim_age, is_drug
ORDER BY accident_year, claim_age, is_drug
