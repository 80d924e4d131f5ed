-- Letters of the batch's cases in other blocks: which letter of a case counts may have changed.
CREATE OR REPLACE TEMP TABLE other_letters AS
SELECT sha256, block
FROM main.letter_files AS file
SEMI JOIN batch_cases
    ON batch_cases.determination_id = coalesce(file.case_number, 'sha256:' || left(file.sha256, 16))
ANTI JOIN batch_blocks ON batch_blocks.block = file.block;
