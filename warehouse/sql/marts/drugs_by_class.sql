-- Disputed drug items by class and year; every item of the category Pharmaceuticals counts once, under the class the state would file it in.
-- view: one pass over items (0.2 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column drug_class: The state's class: of an item that asks for several drugs the first one's, null where no drug is known
-- column items: Disputed drug items
-- column share_of_drug_items: items / all drug items of the year, those of unknown class included
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column compound_items: Items that ask for a compound
WITH asked AS (
    SELECT decision_year, subcategory AS drug_class, is_overturned, is_compound
    FROM marts.items
    WHERE is_drug
)
SELECT
    decision_year,
    drug_class,
    count(*) AS items,
    items / sum(items) OVER (PARTITION BY decision_year) AS share_of_drug_items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate,
    count(*) FILTER (is_compound) AS compound_items
FROM asked
GROUP BY decision_year, drug_class
ORDER BY decision_year, items DESC, drug_class
