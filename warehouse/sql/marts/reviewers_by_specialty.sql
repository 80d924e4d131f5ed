-- Disputed items by the reviewer's specialty and category; a reviewer with two specialties counts under both.
-- table: computed from all letters; counts distinct letters (2 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column specialty: Specialty by the code table, null where the letter states none or its words are unknown
-- column category: The state's category of the item, null where unknown
-- column items: Disputed items; do not add up specialties, an item counts under each of its reviewer's
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column letters: Letters with such items; one with items of two categories counts under both
WITH by_letter AS (
    SELECT
        any_value(decision_year) AS decision_year,
        any_value(specialties) AS specialties,
        category,
        count(*) AS items,
        count(*) FILTER (is_overturned) AS overturned
    FROM marts.items
    GROUP BY determination_id, category
),
by_reviewer AS (
    SELECT
        decision_year,
        unnest(CASE WHEN len(specialties) > 0 THEN specialties ELSE [NULL] END) AS specialty,
        category,
        items,
        overturned
    FROM by_letter
)
SELECT
    decision_year,
    specialty,
    category,
    sum(items)::BIGINT AS items,
    sum(overturned)::BIGINT AS overturned,
    sum(overturned) / sum(items) AS overturn_rate,
    count(*) AS letters
FROM by_reviewer
GROUP BY decision_year, specialty, category
ORDER BY decision_year, items DESC, specialty, category
