-- The letters of Parquet files, in the columns of main.letter_files that depend on nothing but these files.
-- Rows that a renamed file left in another block's files do not count: those in the letter's own block do.
CREATE TEMP MACRO stored_letters(files, reads, parses, letters) AS TABLE
SELECT
    file.sha256,
    coalesce(file.case_number, letter.case_number) AS case_number,
    file.block,
    file.uri,
    file.byte_count,
    file.media_type,
    file.is_present,
    nullif(reading.page_count, 0) AS page_count,
    file.first_seen,
    nullif(reading.extractor, '') AS extractor,
    reading.extractor_version,
    parse.parser_version,
    parse.rows_checksum
FROM parquet_rows(files) AS file
LEFT JOIN parquet_rows(reads) AS reading
    ON reading.sha256 = file.sha256 AND reading.file_block = file.block
LEFT JOIN parquet_rows(parses) AS parse
    ON parse.sha256 = file.sha256 AND parse.file_block = file.block
LEFT JOIN parquet_rows(letters) AS letter
    ON letter.sha256 = file.sha256 AND letter.file_block = file.block;
