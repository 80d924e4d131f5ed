-- Disputed drug requests by ingredient and year; an item with two ingredients counts under both.
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column ingredient: Generic name, a fixed combination joined by /
-- column drug_class: The state's class; an ingredient has several where it is swallowed and put on the skin
-- column items: Disputed items that ask for the ingredient
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column median_quantity: Median of the quantities that the requests state, null where none does
-- column compound_items: Items that ask for the ingredient within a compound
WITH asked AS (
    SELECT
        item.decision_year,
        drug.ingredient,
        drug.drug_class,
        item.determination_id,
        item.item_number,
        item.is_overturned,
        bool_or(drug.is_compound) AS is_compound,
        max(drug.quantity) AS quantity
    FROM imr.item_drugs AS drug
    JOIN marts.items AS item
        ON item.determination_id = drug.determination_id AND item.item_number = drug.item_number
    WHERE drug.ingredient IS NOT NULL
    GROUP BY ALL
)
SELECT
    decision_year,
    ingredient,
    drug_class,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    avg(is_overturned::INT) AS overturn_rate,
    median(quantity) AS median_quantity,
    count(*) FILTER (is_compound) AS compound_items
FROM asked
GROUP BY decision_year, ingredient, drug_class
ORDER BY decision_year, items DESC, ingredient
