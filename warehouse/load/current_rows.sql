-- Rows of the current letters.
-- $source: Parquet files of one table.
SELECT source.sha256
FROM read_parquet($source, filename = true) AS source
SEMI JOIN current_letters
    ON current_letters.sha256 = source.sha256 AND current_letters.block = parse_filename(source.filename, true)
