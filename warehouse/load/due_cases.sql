-- Cases that have a letter that is due, or had it.
-- $determinations: Parquet files.
CREATE TEMP TABLE due_cases AS
SELECT determination_id FROM parquet_rows($determinations) SEMI JOIN due_letters USING (sha256)
UNION
SELECT determination_id FROM imr.determinations SEMI JOIN due_letters USING (sha256);
