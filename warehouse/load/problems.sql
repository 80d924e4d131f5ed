-- Problems of files come first, then those of lines and tables; positions are counted again.
-- $file_problems, $letter_problems: Parquet files.
INSERT INTO main.problems BY NAME
SELECT problem.* EXCLUDE (file_block) REPLACE (
    row_number() OVER (
        PARTITION BY problem.sha256
        ORDER BY list_position(['files', 'lines', 'tables'], problem.stage), problem.position
    ) AS position
)
FROM (
    FROM parquet_rows($file_problems)
    SEMI JOIN batch_letters USING (sha256)
    UNION ALL BY NAME
    FROM parquet_rows($letter_problems) AS letter
    SEMI JOIN batch_letters AS file
        ON file.sha256 = letter.sha256 AND file.block = letter.file_block
) AS problem
ORDER BY problem.case_number NULLS LAST, problem.sha256, position;
