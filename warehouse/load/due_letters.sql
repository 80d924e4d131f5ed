-- Letters that are not, or not as, they were when the warehouse was built.
-- $file_problems: a Parquet file; $letter_files, $letter_reads, $letter_parses, $letter_problems: those of the blocks
-- that changed; $blocks: these blocks. What a letter's tables hold follows from the versions that read and parsed it.
-- Rows are compared by their hash: two of two million letters share one of 64 bits once in four million builds.
CREATE TEMP TABLE due_letters AS
WITH file_now AS (
    SELECT sha256, block, hash(sha256, block, uri, byte_count, media_type, first_seen) AS row
    FROM parquet_rows($letter_files)
),
then_there AS (
    FROM imr.letter_files WHERE list_contains($blocks, block)
),
file_then AS (
    SELECT sha256, hash(sha256, block, uri, byte_count, media_type, first_seen) AS row
    FROM then_there
),
read_now AS (
    SELECT
        reading.sha256,
        nullif(reading.page_count, 0) AS page_count,
        nullif(reading.extractor, '') AS extractor,
        reading.extractor_version,
        parse.parser_version
    FROM parquet_rows($letter_reads) AS reading
    SEMI JOIN file_now AS file
        ON file.sha256 = reading.sha256 AND file.block = reading.file_block
    LEFT JOIN parquet_rows($letter_parses) AS parse
        ON parse.sha256 = reading.sha256
        AND parse.file_block = reading.file_block
),
read_then AS (
    SELECT sha256, page_count, extractor, extractor_version, parser_version
    FROM then_there
    WHERE extractor_version IS NOT NULL
),
problem_now AS (
    SELECT sha256, case_number, stage, code, field, excerpt, page
    FROM parquet_rows($file_problems)
    UNION ALL
    SELECT problem.sha256, problem.case_number, problem.stage, problem.code, problem.field, problem.excerpt, problem.page
    FROM parquet_rows($letter_problems) AS problem
    SEMI JOIN file_now AS file
        ON file.sha256 = problem.sha256 AND file.block = problem.file_block
),
problem_then AS (
    SELECT sha256, case_number, stage, code, field, excerpt, page
    FROM imr.problems
    -- A build makes those of stage `warehouse` itself, of all letters of a case at once.
    WHERE stage = 'files' OR (stage <> 'warehouse' AND sha256 IN (SELECT sha256 FROM then_there))
)
SELECT sha256
FROM (
    (SELECT sha256 FROM file_now ANTI JOIN file_then USING (row))
    UNION ALL
    (SELECT sha256 FROM file_then ANTI JOIN file_now USING (row))
    UNION ALL
    (SELECT sha256 FROM (FROM read_now EXCEPT ALL FROM read_then))
    UNION ALL
    (SELECT sha256 FROM (FROM read_then EXCEPT ALL FROM read_now))
    UNION ALL
    (SELECT sha256 FROM (FROM problem_now EXCEPT ALL FROM problem_then))
    UNION ALL
    (SELECT sha256 FROM (FROM problem_then EXCEPT ALL FROM problem_now))
    UNION ALL
    -- None of their rows are there to be compared.
    (SELECT sha256 FROM then_there WHERE status = 'quarantined')
)
GROUP BY sha256;
