-- Of the letters of a case the one that counts: the latest decision, then the one seen last.
-- $determinations: Parquet files.
CREATE OR REPLACE TEMP TABLE current_letters AS
SELECT letter.sha256, letter.determination_id, file.block
FROM parquet_rows($determinations) AS letter
JOIN batch_letters AS file
    ON file.sha256 = letter.sha256 AND file.block = letter.file_block
QUALIFY row_number() OVER (
    PARTITION BY letter.determination_id
    ORDER BY letter.decision_date DESC NULLS LAST, file.first_seen DESC, file.uri DESC, letter.sha256 DESC
) = 1;
