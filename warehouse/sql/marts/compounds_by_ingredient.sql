-- Disputed compounds by ingredient and year; a compound counts under each of its ingredients.
-- table: recomputed by every build (0.3 s at 2 million letters), because it reads a table of schema main
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column ingredient: Generic name of an ingredient of the compound, null where it is not known
-- column items: Disputed items that ask for a compound with the ingredient; do not add up ingredients
-- column share_of_compound_items: items / all items of the year that ask for a compound
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
WITH asked AS (
    SELECT DISTINCT
        item.decision_year, drug.ingredient, item.determination_id, item.item_number, item.is_overturned
    FROM main.item_drugs AS drug
    JOIN marts.items AS item
        ON item.determination_id = drug.determination_id AND item.item_number = drug.item_number
    WHERE drug.is_compound
),
compounds AS (
    SELECT decision_year, count(*) AS items FROM marts.items WHERE is_compound GROUP BY decision_year
)
SELECT
    asked.decision_year,
    asked.ingredient,
    count(*) AS items,
    count(*) / any_value(compounds.items) AS share_of_compound_items,
    count(*) FILTER (asked.is_overturned) AS overturned,
    avg(asked.is_overturned::INT) AS overturn_rate
FROM asked
LEFT JOIN compounds ON compounds.decision_year IS NOT DISTINCT FROM asked.decision_year
GROUP BY asked.decision_year, asked.ingredient
ORDER BY asked.decision_year, items DESC, asked.ingredient
