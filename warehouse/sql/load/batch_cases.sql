-- Cases of the changed letters: those that the warehouse has them in, and those that the Parquet files have them in now.
-- $determinations, $letter_files: Parquet files. A letter whose file was renamed may have left rows in the files of
-- another block; those in its own block count.
DELETE FROM batch_cases;
INSERT INTO batch_cases
WITH held AS (FROM outdated_letters SEMI JOIN changed_letters USING (sha256))
SELECT superseded_by FROM main.letter_files SEMI JOIN held USING (sha256) WHERE superseded_by IS NOT NULL
UNION
SELECT determination_id FROM main.determinations SEMI JOIN held USING (sha256)
UNION
SELECT letter.determination_id
FROM parquet_rows($determinations) AS letter
SEMI JOIN changed_letters ON changed_letters.sha256 = letter.sha256
SEMI JOIN parquet_rows($letter_files) AS file ON file.sha256 = letter.sha256 AND file.block = letter.file_block;
