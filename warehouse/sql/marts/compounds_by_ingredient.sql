-- Disputed compounds by ingredient and year; a compound counts under each of its ingredients.
-- table: computed from all letters; joins drugs to their items (0.5 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column ingredient: Generic name of an ingredient of the compound, null where it is not known
-- column items: Disputed items that ask for a compound with the ingredient; do not add up ingredients
-- column share_of_compound_items: items / all items of the year that ask for a compound
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH asked AS (
    SELECT DISTINCT
        item.decision_year, drug.ingredient, item.determination_id, item.item_number, item.is_overturned
    FROM main.item_drugs AS drug
    JOIN marts.items AS item
        ON item.determination_id = drug.determination_id AND item.item_number = drug.item_number
    WHERE drug.is_compound
),
by_letter AS (
    SELECT decision_year, ingredient, determination_id, count(*) AS n, count(*) FILTER (is_overturned) AS y
    FROM asked
    GROUP BY decision_year, ingredient, determination_id
),
compounds AS (
    SELECT decision_year, count(*) AS items FROM marts.items WHERE is_compound GROUP BY decision_year
)
SELECT
    by_letter.decision_year,
    by_letter.ingredient,
    sum(by_letter.n)::BIGINT AS items,
    sum(by_letter.n) / any_value(compounds.items) AS share_of_compound_items,
    sum(by_letter.y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
LEFT JOIN compounds ON compounds.decision_year IS NOT DISTINCT FROM by_letter.decision_year
GROUP BY by_letter.decision_year, by_letter.ingredient
ORDER BY by_letter.decision_year, items DESC, by_letter.ingredient
