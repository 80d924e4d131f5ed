-- Items of a service decision by what both sides cite: one row per letter, category, subcategory and guideline agreement.
-- table: replaced case by case; groups the items of each letter, for the question evidence-and-outcome
-- column determination_id: Key of the letter
-- column category: The state's category, null where unknown
-- column subcategory: The state's subcategory, for drugs the class
-- column guideline_agreement: Whether both sides cite a guideline of one family, as marts.items has it
-- column items: Items of the letter, services of an operation left out
-- column overturned: Those of them that are overturned
-- column is_alone: All items of the letter in this category and subcategory are in this row
-- column decision_date: Date of the decision, null where the letter's header lacks it
WITH items AS (
    FROM marts.items
    SEMI JOIN batch_cases USING (determination_id)
),
counted AS (
    SELECT
        determination_id,
        category,
        subcategory,
        guideline_agreement,
        count(*) AS items,
        count(*) FILTER (is_overturned) AS overturned,
        any_value(decision_date) AS decision_date
    FROM items
    WHERE NOT is_ancillary
    GROUP BY determination_id, category, subcategory, guideline_agreement
)
SELECT
    determination_id,
    category,
    subcategory,
    guideline_agreement,
    items,
    overturned,
    count(*) OVER (PARTITION BY determination_id, category, subcategory) = 1 AS is_alone,
    decision_date
FROM counted
ORDER BY determination_id, category, subcategory, guideline_agreement
