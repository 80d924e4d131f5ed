-- Disputed items by the reviewer's specialty and category; a reviewer with two specialties counts under both.
-- table: computed from all letters; counts the items of each letter by category (2 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column specialty: Specialty by the code table, null where the letter states none or its words are unknown
-- column category: The state's category of the item, null where unknown
-- column items: Disputed items; do not add up specialties, an item counts under each of its reviewer's
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items; one with items of two categories counts under both
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        any_value(decision_year) AS decision_year,
        any_value(specialties) AS specialties,
        category,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    GROUP BY determination_id, category
),
by_reviewer AS (
    SELECT
        decision_year,
        unnest(CASE WHEN len(specialties) > 0 THEN specialties ELSE [NULL] END) AS specialty,
        category,
        n,
        y
    FROM by_letter
)
SELECT
    decision_year,
    specialty,
    category,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_reviewer
CROSS JOIN marts.item_correlation
GROUP BY decision_year, specialty, category
ORDER BY decision_year, items DESC, specialty, category
