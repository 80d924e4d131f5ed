-- Whether utilization review and the reviewer rely on a guideline of one family, by year, with what became of the items.
-- view: one pass over items (0.1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column guideline_agreement: Same family, other family, only reviewer cites, only utilization review cites, neither cites; null where a text is missing or an unknown guideline might be the same
-- column items: Disputed items
-- column share_of_items: items / all items of the year
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
SELECT
    decision_year,
    guideline_agreement,
    count(*) AS items,
    items / sum(items) OVER (PARTITION BY decision_year) AS share_of_items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate
FROM marts.items AS item
GROUP BY decision_year, guideline_agreement
ORDER BY decision_year, items DESC, guideline_agreement
