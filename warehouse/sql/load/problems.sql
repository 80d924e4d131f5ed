-- Problems of the batch's letters: those of files come first, then those of lines, of tables and of the warehouse;
-- positions are counted again.
-- $file_problems, $letter_problems, $determinations: Parquet files.
INSERT INTO main.problems BY NAME
SELECT file.status AS letter_status, problem.* EXCLUDE (file_block) REPLACE (
    row_number() OVER (
        PARTITION BY problem.sha256
        ORDER BY list_position(['files', 'lines', 'tables', 'warehouse'], problem.stage), problem.position
    ) AS position
)
FROM (
    FROM parquet_rows($file_problems)
    SEMI JOIN batch_letters USING (sha256)
    UNION ALL BY NAME
    FROM parquet_rows($letter_problems) AS letter
    SEMI JOIN batch_letters AS file
        ON file.sha256 = letter.sha256 AND file.block = letter.file_block
    UNION ALL BY NAME
    -- A letter of fewer items counts only where its decision is later.
    SELECT
        letter.sha256,
        row_number() OVER (PARTITION BY letter.sha256 ORDER BY other.sha256) AS position,
        other.case_number,
        'warehouse' AS stage,
        'superseded_had_more_items' AS code,
        'item_count' AS field,
        format(
            'item_count {} here and {} in the superseded letter {} with SHA-256 {}',
            letter.item_count,
            other.item_count,
            file.uri,
            other.sha256
        ) AS excerpt
    FROM (FROM main.letter_files SEMI JOIN batch_letters USING (sha256) WHERE status = 'superseded') AS file
    JOIN parquet_rows($determinations) AS other
        ON other.sha256 = file.sha256 AND other.file_block = file.block
    JOIN current_letters AS letter
        ON letter.determination_id = other.determination_id AND letter.item_count < other.item_count
    UNION ALL BY NAME
    SELECT
        sha256,
        row_number() OVER (PARTITION BY sha256 ORDER BY reason) AS position,
        case_number,
        'warehouse' AS stage,
        'letter_quarantined' AS code,
        'Refused by ' || reason AS excerpt
    FROM quarantined
    JOIN main.letter_files USING (sha256)
) AS problem
JOIN main.letter_files AS file USING (sha256)
ORDER BY problem.case_number NULLS LAST, problem.sha256, position;
