-- Disputed drug items by class and year; every item of the category Pharmaceuticals counts once, under the class the state would file it in.
-- table: computed from all letters; intervals need the items of each letter (1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column drug_class: The state's class: of an item that asks for several drugs the first one's, null where no drug is known
-- column items: Disputed drug items
-- column share_of_drug_items: items / all drug items of the year, those of unknown class included
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column compound_items: Items that ask for a compound
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        decision_year,
        subcategory AS drug_class,
        determination_id,
        count(*) FILTER (is_compound) AS compound_n,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    WHERE is_drug
    GROUP BY decision_year, subcategory, determination_id
)
SELECT
    decision_year,
    drug_class,
    sum(n)::BIGINT AS items,
    sum(n) / sum(sum(n)) OVER (PARTITION BY decision_year) AS share_of_drug_items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    sum(compound_n)::BIGINT AS compound_items,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY decision_year, drug_class
ORDER BY decision_year, items DESC, drug_class
