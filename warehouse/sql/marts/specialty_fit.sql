-- Disputed items by category and whether a specialty of the reviewer is among those that codes.specialty_fits has for the treatment.
-- view: one pass over items (0.3 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column category: The state's category, null where unknown
-- column is_fitting_specialty: A specialty of the reviewer fits, null where the table has none for the treatment or no specialty is known
-- column items: Disputed items
-- column share_of_items: items / all items of the year and category
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
SELECT
    decision_year,
    category,
    is_fitting_specialty,
    count(*) AS items,
    items / sum(items) OVER (PARTITION BY decision_year, category) AS share_of_items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate
FROM marts.items AS item
GROUP BY decision_year, category, is_fitting_specialty
ORDER BY decision_year, category, is_fitting_specialty
