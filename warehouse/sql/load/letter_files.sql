-- Files of the batch's letters with what became of them.
-- $letter_reads, $letter_parses, $determinations: Parquet files.
INSERT INTO main.letter_files BY NAME
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
    CASE
        WHEN refused.sha256 IS NOT NULL THEN 'quarantined'
        WHEN letter.sha256 IS NULL THEN 'unreadable'
        WHEN current_letters.sha256 IS NULL THEN 'superseded'
        ELSE 'loaded'
    END AS status,
    CASE WHEN status = 'superseded' THEN letter.determination_id END AS superseded_by
FROM batch_letters AS file
LEFT JOIN parquet_rows($letter_reads) AS reading
    ON reading.sha256 = file.sha256 AND reading.file_block = file.block
LEFT JOIN parquet_rows($letter_parses) AS parse
    ON parse.sha256 = file.sha256 AND parse.file_block = file.block
LEFT JOIN parquet_rows($determinations) AS letter
    ON letter.sha256 = file.sha256 AND letter.file_block = file.block
LEFT JOIN current_letters ON current_letters.sha256 = file.sha256
LEFT JOIN (SELECT DISTINCT sha256 FROM quarantined) AS refused ON refused.sha256 = file.sha256
ORDER BY case_number NULLS LAST, file.sha256;
