-- Files of the letters that the batch loads: all of its blocks, and the other letters of their cases.
-- $letter_files: Parquet files of the batch's blocks and of the other letters' blocks.
CREATE OR REPLACE TEMP TABLE batch_letters AS
SELECT * EXCLUDE (file_block)
FROM parquet_rows($letter_files)
WHERE block IN (FROM batch_blocks) OR sha256 IN (SELECT sha256 FROM other_letters);
