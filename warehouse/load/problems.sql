-- Problems of files come first, then those of lines, of tables and of the warehouse; positions are counted again.
-- $file_problems, $letter_problems, $determinations: Parquet files; files_due: the files of the letters that are loaded;
-- quarantined: those of them that break a rule of the tables.
INSERT INTO imr.problems BY NAME
SELECT problem.* REPLACE (
    row_number() OVER (
        PARTITION BY problem.sha256
        ORDER BY list_position(['files', 'lines', 'tables', 'warehouse'], problem.stage), problem.position
    ) AS position
)
FROM (
    SELECT * EXCLUDE (file_block) FROM (FROM parquet_rows($file_problems) WHERE code <> 'unreadable_folder')
    SEMI JOIN files_due USING (sha256)
    UNION ALL BY NAME
    -- A folder has no row in letter_files. Those that changed were deleted before.
    SELECT * EXCLUDE (file_block) FROM (FROM parquet_rows($file_problems) WHERE code = 'unreadable_folder')
    ANTI JOIN imr.problems USING (sha256)
    UNION ALL BY NAME
    SELECT letter.* EXCLUDE (file_block)
    FROM parquet_rows($letter_problems) AS letter
    SEMI JOIN files_due AS file
        ON file.sha256 = letter.sha256 AND file.block = letter.file_block
    UNION ALL BY NAME
    -- A letter of fewer items counts only where its decision is later. The excerpt ends in the key of the other letter:
    -- load/due_cases finds by it the cases whose row may have changed.
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
        ) AS excerpt,
        NULL AS page
    FROM (FROM imr.letter_files WHERE status = 'superseded') AS file
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
    JOIN imr.letter_files USING (sha256)
) AS problem
ORDER BY problem.case_number NULLS LAST, problem.sha256, position;
