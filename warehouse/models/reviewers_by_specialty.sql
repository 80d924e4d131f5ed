-- Disputed items by the reviewer's specialty and category; a reviewer with two specialties counts under both.
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column specialty: Specialty by the code table, null where the letter's words are unknown to it
-- column category: The state's category of the item, null where unknown
-- column items: Disputed items
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column letters: Letters with such items; one with items of two categories counts under both
WITH reviewed AS (
    SELECT DISTINCT determination_id, specialty FROM imr.reviewer_specialties
)
SELECT
    item.decision_year,
    reviewed.specialty,
    item.category,
    count(*) AS items,
    count(*) FILTER (item.is_overturned) AS overturned,
    avg(item.is_overturned::INT) AS overturn_rate,
    count(DISTINCT item.determination_id) AS letters
FROM marts.items AS item
JOIN reviewed ON reviewed.determination_id = item.determination_id
GROUP BY item.decision_year, reviewed.specialty, item.category
ORDER BY item.decision_year, items DESC, reviewed.specialty, item.category
