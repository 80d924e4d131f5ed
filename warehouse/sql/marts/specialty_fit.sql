-- Disputed items by category and whether a specialty of the reviewer is among those that codes.specialty_fits has for the treatment.
-- table: computed from all letters; intervals need the items of each letter (1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column category: The state's category, null where unknown
-- column is_fitting_specialty: A specialty of the reviewer fits, null where the table has none for the treatment or no specialty is known
-- column items: Disputed items
-- column share_of_items: items / all items of the year and category
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        decision_year,
        category,
        is_fitting_specialty,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    GROUP BY decision_year, category, is_fitting_specialty, determination_id
)
SELECT
    decision_year,
    category,
    is_fitting_specialty,
    sum(n)::BIGINT AS items,
    sum(n) / sum(sum(n)) OVER (PARTITION BY decision_year, category) AS share_of_items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY decision_year, category, is_fitting_specialty
ORDER BY decision_year, category, is_fitting_specialty
