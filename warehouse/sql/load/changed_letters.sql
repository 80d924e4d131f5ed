-- Letters of the batch's blocks to load or to remove: outdated ones, and those that the warehouse does not hold yet.
-- A letter that it holds unchanged has its present block. $letter_files: Parquet files.
CREATE OR REPLACE TEMP TABLE changed_letters AS
WITH unchanged AS (
    FROM main.letter_files SEMI JOIN batch_blocks USING (block) ANTI JOIN outdated_letters USING (sha256)
)
SELECT sha256 FROM outdated_letters SEMI JOIN batch_blocks USING (block)
UNION
SELECT sha256 FROM parquet_rows($letter_files) ANTI JOIN unchanged USING (sha256);
