-- Cases that have a letter that is due, or had it.
-- $determinations: Parquet files.
CREATE TEMP TABLE due_cases AS
SELECT determination_id FROM read_parquet($determinations) SEMI JOIN due_letters USING (sha256)
UNION
SELECT determination_id FROM main.determinations SEMI JOIN due_letters USING (sha256);
