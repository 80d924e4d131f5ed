-- Of the letters of a case the one that counts: the latest decision, then the one seen last.
-- $determinations: Parquet files; files_due: the files of the letters that are loaded. A letter whose file was renamed
-- may have left rows in the files of another block; those of its own block count.
CREATE TEMP TABLE current_letters AS
SELECT letter.sha256, letter.determination_id, file.block
FROM parquet_rows($determinations) AS letter
JOIN files_due AS file
    ON file.sha256 = letter.sha256 AND file.block = letter.file_block
QUALIFY row_number() OVER (
    PARTITION BY letter.determination_id
    ORDER BY letter.decision_date DESC NULLS LAST, file.first_seen DESC, file.uri DESC, letter.sha256 DESC
) = 1
ORDER BY file.block;
