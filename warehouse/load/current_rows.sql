-- Rows of the current letters.
-- $source: Parquet files of one table.
SELECT source.sha256
FROM parquet_rows($source) AS source
SEMI JOIN current_letters
    ON current_letters.sha256 = source.sha256 AND current_letters.block = source.file_block
