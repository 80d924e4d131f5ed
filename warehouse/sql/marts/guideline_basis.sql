-- What utilization review and the reviewer based their decisions on, by year: the MTUS, other evidence, both, none.
-- table: computed from all letters; intervals need the items of each letter (1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column ur_basis: What utilization review cited (MTUS, Non-MTUS, both, none); none also where the letter does not say
-- column reviewer_basis: What the reviewer cited (MTUS, Non-MTUS, both, none)
-- column items: Disputed items
-- column share_of_items: items / all items of the year
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        decision_year,
        ur_basis,
        reviewer_basis,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    GROUP BY decision_year, ur_basis, reviewer_basis, determination_id
)
SELECT
    decision_year,
    ur_basis,
    reviewer_basis,
    sum(n)::BIGINT AS items,
    sum(n) / sum(sum(n)) OVER (PARTITION BY decision_year) AS share_of_items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY decision_year, ur_basis, reviewer_basis
ORDER BY decision_year, items DESC, ur_basis, reviewer_basis
