-- Disputed drug items by ingredient and year; an item with two ingredients counts under both.
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column ingredient: Generic name, a fixed combination joined by /; null for items with a drug that is not known
-- column drug_class: The state's class; an ingredient has several where it is swallowed and put on the skin
-- column items: Disputed items that ask for the ingredient
-- column share_of_drug_items: items / all drug items of the year; the shares of a year add up to more than 1
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column compound_items: Items that ask for the ingredient within a compound
-- column items_with_quantity: Items whose request states one
-- column median_quantity: Median of the stated quantities (tablets, grams, millilitres), null where none is stated
WITH asked AS (
    SELECT
        item.decision_year,
        drug.ingredient,
        drug.drug_class,
        item.is_overturned,
        bool_or(drug.is_compound) AS is_compound,
        max(drug.quantity) AS quantity
    FROM marts.items AS item
    LEFT JOIN imr.item_drugs AS drug
        ON drug.determination_id = item.determination_id AND drug.item_number = item.item_number
    WHERE item.is_drug
    GROUP BY
        item.determination_id,
        item.item_number,
        item.decision_year,
        item.is_overturned,
        drug.ingredient,
        drug.drug_class
),
drug_items AS (
    SELECT decision_year, count(*) AS items FROM marts.items WHERE is_drug GROUP BY decision_year
)
SELECT
    asked.decision_year,
    asked.ingredient,
    asked.drug_class,
    count(*) AS items,
    count(*) / any_value(drug_items.items) AS share_of_drug_items,
    count(*) FILTER (asked.is_overturned) AS overturned,
    avg(asked.is_overturned::INT) AS overturn_rate,
    count(*) FILTER (asked.is_compound) AS compound_items,
    count(asked.quantity) AS items_with_quantity,
    median(asked.quantity) AS median_quantity
FROM asked
JOIN drug_items ON drug_items.decision_year IS NOT DISTINCT FROM asked.decision_year
GROUP BY asked.decision_year, asked.ingredient, asked.drug_class
ORDER BY asked.decision_year, items DESC, asked.ingredient, asked.drug_class
