-- Letters of the batch's cases in other blocks: which letter of a case counts may have changed.
CREATE OR REPLACE TEMP TABLE other_letters AS
WITH current AS (FROM main.determinations SEMI JOIN batch_cases USING (determination_id))
SELECT sha256, block
FROM main.letter_files
WHERE (superseded_by IN (FROM batch_cases) OR sha256 IN (SELECT sha256 FROM current))
    AND block NOT IN (FROM batch_blocks);
