-- Letters of the batch's cases that did not change: which letter of a case counts may have changed. An outdated letter is
-- left to the batch of its own block.
CREATE OR REPLACE TEMP TABLE other_letters AS
WITH current AS (FROM main.determinations SEMI JOIN batch_cases USING (determination_id))
SELECT sha256, block
FROM main.letter_files
ANTI JOIN changed_letters USING (sha256)
ANTI JOIN outdated_letters USING (sha256)
WHERE superseded_by IN (FROM batch_cases) OR sha256 IN (SELECT sha256 FROM current);
