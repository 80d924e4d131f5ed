-- Letters that the warehouse does not hold as the Parquet files of some blocks have them: changed, moved to another block
-- or gone. A letter that a batch has loaded is deleted from this table.
-- $letter_files, $letter_reads, $letter_parses, $determinations: Parquet files of these blocks, in `pending_blocks`.
CREATE OR REPLACE TEMP TABLE outdated_letters AS
WITH now AS (
    FROM stored_letters($letter_files, $letter_reads, $letter_parses, $determinations)
),
held AS (
    SELECT * EXCLUDE (status, superseded_by)
    FROM main.letter_files
    WHERE block IN (FROM pending_blocks) OR sha256 IN (SELECT sha256 FROM now)
)
SELECT sha256, block FROM (FROM held EXCEPT FROM now)
UNION
SELECT sha256, block FROM held SEMI JOIN letters_of_file_problems USING (sha256);
