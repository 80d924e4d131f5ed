-- Disputed items and overturn rate by the state's category and subcategory and the year of decision.
-- view: one pass over items (0.5 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column category: The state's category, null for items of unknown category
-- column subcategory: The state's subcategory, for drugs the class of the item's first drug
-- column cwci_category: Category as the California Workers' Compensation Institute divides treatments
-- column items: Disputed items
-- column share_of_items: items / all items of the year, those of unknown category included
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
SELECT
    decision_year,
    category,
    subcategory,
    any_value(cwci_category) AS cwci_category,
    count(*) AS items,
    items / sum(items) OVER (PARTITION BY decision_year) AS share_of_items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate
FROM marts.items AS item
GROUP BY decision_year, category, subcategory
ORDER BY decision_year, category, subcategory
