-- Cases whose letters may change: those of the letters that the batch's blocks held, and those that they hold now.
-- $determinations, $letter_files: Parquet files. A letter whose file was renamed may have left rows in the files of
-- another block; those in its own block count.
DELETE FROM batch_cases;
INSERT INTO batch_cases
WITH held AS (FROM main.letter_files SEMI JOIN batch_blocks USING (block))
SELECT superseded_by FROM held WHERE superseded_by IS NOT NULL
UNION
SELECT determination_id FROM main.determinations SEMI JOIN held USING (sha256)
UNION
SELECT letter.determination_id
FROM parquet_rows($determinations) AS letter
SEMI JOIN parquet_rows($letter_files) AS file
    ON file.sha256 = letter.sha256 AND file.block = letter.file_block;
