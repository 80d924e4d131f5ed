-- Disputed drug items by ingredient, year and quantity asked for; an item with two ingredients counts under both.
-- table: computed from all letters; joins drugs to their items (1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column ingredient: Generic name, a fixed combination joined by /; null for items with a drug that is not known
-- column drug_class: The state's class; an ingredient has several where it is swallowed and put on the skin
-- column quantity: Stated quantity (tablets, grams, milliliters), the largest where an item states several; null where none is stated
-- column items: Disputed items that ask for so much of it
-- column overturned: Items whose denial is overturned
-- column compound_items: Items that ask for the ingredient within a compound
WITH asked AS (
    SELECT
        item.decision_year,
        drug.ingredient,
        drug.drug_class,
        item.is_overturned,
        bool_or(drug.is_compound) AS is_compound,
        max(drug.quantity) AS quantity
    FROM marts.items AS item
    LEFT JOIN main.item_drugs AS drug
        ON drug.determination_id = item.determination_id AND drug.item_number = item.item_number
    WHERE item.is_drug
    GROUP BY
        item.determination_id,
        item.item_number,
        item.decision_year,
        item.is_overturned,
        drug.ingredient,
        drug.drug_class
)
SELECT
    decision_year,
    ingredient,
    drug_class,
    quantity,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    count(*) FILTER (is_compound) AS compound_items
FROM asked
GROUP BY decision_year, ingredient, drug_class, quantity
