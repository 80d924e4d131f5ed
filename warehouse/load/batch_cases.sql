-- Cases whose letters may change: those of the letters that the batch's blocks held, and those that they hold now.
-- $determinations, $letter_files: Parquet files. A letter whose file was renamed may have left rows in the files of
-- another block; those in its own block count. A file names its case as determination_id does.
DELETE FROM batch_cases;
INSERT INTO batch_cases
SELECT coalesce(case_number, 'sha256:' || left(sha256, 16))
FROM main.letter_files
SEMI JOIN batch_blocks USING (block)
UNION
SELECT letter.determination_id
FROM parquet_rows($determinations) AS letter
SEMI JOIN parquet_rows($letter_files) AS file
    ON file.sha256 = letter.sha256 AND file.block = letter.file_block;
