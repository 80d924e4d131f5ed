-- Letters that the batch loads: the changed ones of its blocks, and the other letters of their cases.
-- $letter_files, $letter_reads, $letter_parses, $determinations: Parquet files of the blocks of all these letters.
CREATE OR REPLACE TEMP TABLE batch_letters AS
FROM stored_letters($letter_files, $letter_reads, $letter_parses, $determinations)
WHERE (block IN (FROM batch_blocks) AND sha256 IN (FROM changed_letters))
    OR sha256 IN (SELECT sha256 FROM other_letters);
