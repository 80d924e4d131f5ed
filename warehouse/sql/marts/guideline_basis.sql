-- What utilization review and the reviewer based their decisions on, by year: the MTUS, other evidence, both, none.
-- view: one pass over items (0.2 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column ur_basis: What utilization review cited (MTUS, Non-MTUS, both, none); none also where the letter does not say
-- column reviewer_basis: What the reviewer cited (MTUS, Non-MTUS, both, none)
-- column items: Disputed items
-- column share_of_items: items / all items of the year
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
SELECT
    decision_year,
    ur_basis,
    reviewer_basis,
    count(*) AS items,
    items / sum(items) OVER (PARTITION BY decision_year) AS share_of_items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate
FROM marts.items AS item
GROUP BY decision_year, ur_basis, reviewer_basis
ORDER BY decision_year, items DESC, ur_basis, reviewer_basis
