-- Disputed items and overturn rate by category as the California Workers' Compensation Institute divides treatments, and year.
-- view: one pass over items (0.3 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column cwci_category: CWCI's category by codes.categories, null for items of unknown category
-- column items: Disputed items; CWCI counts primary services, of which a letter may have fewer
-- column share_of_items: items / all items of the year, those of unknown category included
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
SELECT
    decision_year,
    cwci_category,
    count(*) AS items,
    items / sum(items) OVER (PARTITION BY decision_year) AS share_of_items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate
FROM marts.items AS item
GROUP BY decision_year, cwci_category
ORDER BY decision_year, items DESC, cwci_category
