-- Service decisions: one row per letter, category and subcategory, services of an operation left out; each item of unknown category is one by itself.
-- table: replaced case by case; groups the items of each letter
-- column determination_id: Key of the letter
-- column first_item_number: Number of its first item, with determination_id the key of the row
-- column category: The state's category, null where unknown
-- column subcategory: The state's subcategory, for drugs the class
-- column items: Items of the letter that it holds
-- column overturned: Those of them that are overturned
-- column is_overturned: Any of its items is overturned
-- column is_mixed: Some of its items are overturned and some upheld
-- column decision_date: Date of the decision, null where the letter's header lacks it
-- column decision_year: Year of the decision
-- column is_california_licensed: California is among the states that license the reviewer, null where none is stated
-- column specialties: Specialties of the reviewer by the code table, in alphabetical order; empty where none is known
WITH items AS (
    FROM marts.items
    SEMI JOIN batch_cases USING (determination_id)
)
SELECT
    determination_id,
    min(item_number) AS first_item_number,
    category,
    subcategory,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    bool_or(is_overturned) AS is_overturned,
    bool_or(is_overturned) AND NOT bool_and(is_overturned) AS is_mixed,
    any_value(decision_date) AS decision_date,
    any_value(decision_year) AS decision_year,
    any_value(is_california_licensed) AS is_california_licensed,
    any_value(specialties) AS specialties
FROM items
WHERE NOT is_ancillary
GROUP BY determination_id, category, subcategory, CASE WHEN category IS NULL THEN item_number END
ORDER BY determination_id, first_item_number
