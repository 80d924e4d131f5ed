-- Letters of some blocks that the warehouse does not hold as the Parquet files have them: changed, moved to another block
-- or gone. A letter that a batch has loaded is deleted from this table.
-- $letter_files, $letter_reads, $letter_parses, $determinations: Parquet files of these blocks, in `pending_blocks`.
CREATE OR REPLACE TEMP TABLE outdated_letters AS
WITH held AS (
    SELECT * EXCLUDE (status, superseded_by) FROM main.letter_files SEMI JOIN pending_blocks USING (block)
)
SELECT sha256, block
FROM (FROM held EXCEPT FROM stored_letters($letter_files, $letter_reads, $letter_parses, $determinations))
UNION
SELECT sha256, block FROM held SEMI JOIN letters_of_file_problems USING (sha256);
