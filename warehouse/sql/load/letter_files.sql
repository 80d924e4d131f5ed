-- The batch's letters with what became of them.
-- $determinations: Parquet files.
INSERT INTO main.letter_files BY NAME
SELECT
    file.*,
    CASE
        WHEN refused.sha256 IS NOT NULL THEN 'quarantined'
        WHEN letter.sha256 IS NULL THEN 'unreadable'
        WHEN current_letters.sha256 IS NULL THEN 'superseded'
        ELSE 'loaded'
    END AS status,
    CASE WHEN status = 'superseded' THEN letter.determination_id END AS superseded_by
FROM batch_letters AS file
LEFT JOIN parquet_rows($determinations) AS letter
    ON letter.sha256 = file.sha256 AND letter.file_block = file.block
LEFT JOIN current_letters ON current_letters.sha256 = file.sha256
LEFT JOIN (SELECT DISTINCT sha256 FROM quarantined) AS refused ON refused.sha256 = file.sha256
ORDER BY file.case_number NULLS LAST, file.sha256;
