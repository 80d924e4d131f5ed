-- Disputed drug requests by class and year; an item with drugs of two classes counts in both.
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column drug_class: The state's class of drugs, null where the drug has none
-- column items: Disputed items that ask for a drug of the class
-- column share_of_drug_items: items / all items of the year in the category Pharmaceuticals
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column compound_items: Items that ask for the drug within a compound
WITH asked AS (
    SELECT
        item.decision_year,
        drug.drug_class,
        item.determination_id,
        item.item_number,
        item.is_overturned,
        bool_or(drug.is_compound) AS is_compound
    FROM imr.item_drugs AS drug
    JOIN marts.items AS item
        ON item.determination_id = drug.determination_id AND item.item_number = drug.item_number
    GROUP BY ALL
),
drug_items AS (
    SELECT decision_year, count(*) AS items FROM marts.items WHERE is_drug GROUP BY decision_year
)
SELECT
    asked.decision_year,
    asked.drug_class,
    count(*) AS items,
    count(*) / any_value(drug_items.items) AS share_of_drug_items,
    count(*) FILTER (asked.is_overturned) AS overturned,
    avg(asked.is_overturned::INT) AS overturn_rate,
    count(*) FILTER (asked.is_compound) AS compound_items
FROM asked
LEFT JOIN drug_items ON drug_items.decision_year IS NOT DISTINCT FROM asked.decision_year
GROUP BY asked.decision_year, asked.drug_class
ORDER BY asked.decision_year, items DESC, asked.drug_class
