-- Of the letters of a case the one that counts: the latest decision, then the one seen last.
-- $determinations, $letter_files: Parquet files.
CREATE TEMP TABLE current_letters AS
SELECT letter.sha256, letter.determination_id
FROM read_parquet($determinations) AS letter
JOIN read_parquet($letter_files) AS file USING (sha256)
QUALIFY row_number() OVER (
    PARTITION BY letter.determination_id
    ORDER BY letter.decision_date DESC NULLS LAST, file.first_seen DESC, file.uri DESC, letter.sha256 DESC
) = 1;
