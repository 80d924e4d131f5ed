-- Problems of files come first, then those of lines and tables; positions are counted anew.
-- $file_problems, $letter_problems: Parquet files; files_due: the files of the letters that are loaded.
INSERT INTO main.problems BY NAME
SELECT problem.* REPLACE (
    row_number() OVER (
        PARTITION BY problem.sha256
        ORDER BY list_position(['files', 'lines', 'tables'], problem.stage), problem.position
    ) AS position
)
FROM (
    FROM read_parquet($file_problems)
    SEMI JOIN files_due USING (sha256)
    UNION ALL BY NAME
    SELECT letter.* EXCLUDE (filename)
    FROM read_parquet($letter_problems, filename = true) AS letter
    SEMI JOIN files_due AS file
        ON file.sha256 = letter.sha256 AND file.block = parse_filename(letter.filename, true)
) AS problem
ORDER BY problem.case_number NULLS LAST, problem.sha256, position;
