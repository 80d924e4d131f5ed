-- Disputed drug items by ingredient and year; an item with two ingredients counts under both.
-- table: computed from all letters; joins drugs to their items (2 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column ingredient: Generic name, a fixed combination joined by /; null for items with a drug that is not known
-- column drug_class: The state's class; an ingredient has several where it is swallowed and put on the skin
-- column items: Disputed items that ask for the ingredient
-- column share_of_drug_items: items / all drug items of the year; the shares of a year add up to more than 1
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column compound_items: Items that ask for the ingredient within a compound
-- column items_with_quantity: Items whose request states one
-- column median_quantity: Median of the stated quantities (tablets, grams, milliliters), null where none is stated
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH asked AS (
    SELECT
        item.decision_year,
        drug.ingredient,
        drug.drug_class,
        item.determination_id,
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
),
quantities AS (
    SELECT
        decision_year,
        ingredient,
        drug_class,
        count(*) FILTER (is_compound) AS compound_items,
        count(quantity) AS items_with_quantity,
        median(quantity) AS median_quantity
    FROM asked
    GROUP BY decision_year, ingredient, drug_class
),
by_letter AS (
    SELECT
        decision_year,
        ingredient,
        drug_class,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM asked
    GROUP BY decision_year, ingredient, drug_class, determination_id
),
drug_items AS (
    SELECT decision_year, sum(items)::BIGINT AS items FROM marts.drugs_by_class GROUP BY decision_year
)
SELECT
    by_letter.decision_year,
    by_letter.ingredient,
    by_letter.drug_class,
    sum(by_letter.n)::BIGINT AS items,
    sum(by_letter.n) / any_value(drug_items.items) AS share_of_drug_items,
    sum(by_letter.y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    any_value(quantities.compound_items) AS compound_items,
    any_value(quantities.items_with_quantity) AS items_with_quantity,
    any_value(quantities.median_quantity) AS median_quantity,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
JOIN drug_items ON drug_items.decision_year IS NOT DISTINCT FROM by_letter.decision_year
JOIN quantities
    ON quantities.decision_year IS NOT DISTINCT FROM by_letter.decision_year
    AND quantities.ingredient IS NOT DISTINCT FROM by_letter.ingredient
    AND quantities.drug_class IS NOT DISTINCT FROM by_letter.drug_class
GROUP BY by_letter.decision_year, by_letter.ingredient, by_letter.drug_class
ORDER BY by_letter.decision_year, items DESC, by_letter.ingredient, by_letter.drug_class
