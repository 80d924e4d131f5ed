-- Disputed drug items by ingredient and year; an item with two ingredients counts under both.
-- view: sums up drugs_by_quantity (0.3 s at 2 million letters)
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
WITH ranked AS (
    -- Of items in the order of their quantities: how many come up to this row, how many there are.
    SELECT
        *,
        sum(items) OVER (
            PARTITION BY decision_year, ingredient, drug_class, quantity IS NULL ORDER BY quantity
        ) AS up_to,
        sum(items) OVER (PARTITION BY decision_year, ingredient, drug_class, quantity IS NULL) AS of_all
    FROM marts.drugs_by_quantity
),
asked AS (
    SELECT
        decision_year,
        ingredient,
        drug_class,
        sum(items)::BIGINT AS items,
        sum(overturned)::BIGINT AS overturned,
        sum(compound_items)::BIGINT AS compound_items,
        coalesce(sum(items) FILTER (quantity IS NOT NULL), 0)::BIGINT AS items_with_quantity,
        min(quantity) FILTER (2 * up_to >= of_all) AS lower_median,
        min(quantity) FILTER (2 * up_to > of_all) AS upper_median
    FROM ranked
    GROUP BY decision_year, ingredient, drug_class
),
drug_items AS (
    SELECT decision_year, sum(items)::BIGINT AS items FROM marts.drugs_by_class GROUP BY decision_year
)
SELECT
    asked.decision_year,
    asked.ingredient,
    asked.drug_class,
    asked.items,
    asked.items / drug_items.items AS share_of_drug_items,
    asked.overturned,
    asked.overturned / asked.items AS overturn_rate,
    asked.compound_items,
    asked.items_with_quantity,
    (asked.lower_median + asked.upper_median) / 2 AS median_quantity
FROM asked
JOIN drug_items ON drug_items.decision_year IS NOT DISTINCT FROM asked.decision_year
ORDER BY asked.decision_year, asked.items DESC, asked.ingredient, asked.drug_class
