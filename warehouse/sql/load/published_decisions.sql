-- All rows of the state's search, with what their words mean; a case's items are numbered in the order of its decisions.
-- $published_decisions: Parquet files. printed_values: the words as printed, with what they mean.
INSERT INTO main.published_decisions BY NAME
WITH items AS (
    SELECT
        printed.* EXCLUDE (item_number, file_block),
        row_number() OVER (
            PARTITION BY printed.case_number ORDER BY printed.decision_date, printed.item_number, printed.file_block
        )::INTEGER AS item_number,
        meant.specialty,
        meant.category,
        meant.subcategory,
        meant.drug_class,
        meant.decision
    FROM parquet_rows($published_decisions) AS printed
    LEFT JOIN printed_values AS meant
        ON meant.specialty_as_printed IS NOT DISTINCT FROM printed.specialty_as_printed
        AND meant.category_as_printed IS NOT DISTINCT FROM printed.category_as_printed
        AND meant.subcategory_as_printed IS NOT DISTINCT FROM printed.subcategory_as_printed
        AND meant.decision_as_printed IS NOT DISTINCT FROM printed.decision_as_printed
),
cases AS (
    SELECT
        case_number,
        CASE
            WHEN bool_or(decision IS NULL) THEN NULL
            WHEN bool_and(decision = 'upheld') THEN 'upheld'
            WHEN bool_and(decision = 'overturned') THEN 'overturned'
            ELSE 'partially overturned'
        END AS outcome
    FROM items
    GROUP BY case_number
)
SELECT items.*, cases.outcome
FROM items
JOIN cases ON cases.case_number = items.case_number
ORDER BY items.case_number, items.item_number
