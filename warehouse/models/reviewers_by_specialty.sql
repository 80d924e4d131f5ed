-- Disputed items by the reviewer's specialty and category; a reviewer with two specialties counts under both.
-- adds up
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column specialty: Specialty by the code table, null where the letter states none or its words are unknown
-- column category: The state's category of the item, null where unknown
-- column items: Disputed items; do not add up specialties, an item counts under each of its reviewer's
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column letters: Letters with such items; one with items of two categories counts under both
WITH reviewed AS (
    SELECT
        decision_year,
        unnest(CASE WHEN len(specialties) > 0 THEN specialties ELSE [NULL] END) AS specialty,
        category,
        is_overturned,
        determination_id
    FROM marts.items
)
SELECT
    decision_year,
    specialty,
    category,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate,
    count(DISTINCT determination_id) AS letters
FROM reviewed
GROUP BY decision_year, specialty, category
ORDER BY decision_year, items DESC, specialty, category
