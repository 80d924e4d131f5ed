-- The texts of the letters of the cases in `batch_cases` that belong to no item, as the search index holds them: one
-- row per letter, numbered as its item 0.
WITH stated AS (
    SELECT determination_id, string_agg(diagnosis, '; ' ORDER BY position) AS diagnosis
    FROM main.diagnoses
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id
)
SELECT letter.determination_id, 0 AS item_number, letter.clinical_summary AS summary, stated.diagnosis
FROM main.determinations AS letter
SEMI JOIN batch_cases ON batch_cases.determination_id = letter.determination_id
LEFT JOIN stated ON stated.determination_id = letter.determination_id
ORDER BY letter.determination_id
