-- Letters of the batch's blocks to load or to remove: outdated ones, and those that the warehouse does not hold yet.
-- $letter_files: Parquet files.
CREATE OR REPLACE TEMP TABLE changed_letters AS
SELECT sha256 FROM outdated_letters SEMI JOIN batch_blocks USING (block)
UNION
SELECT sha256
FROM parquet_rows($letter_files)
ANTI JOIN (FROM main.letter_files ANTI JOIN outdated_letters USING (sha256)) USING (sha256);
