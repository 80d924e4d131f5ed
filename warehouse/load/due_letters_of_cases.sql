-- The other letters of the cases: which of them counts may have changed.
-- $determinations: Parquet files.
INSERT INTO due_letters
SELECT DISTINCT sha256
FROM parquet_rows($determinations)
SEMI JOIN due_cases USING (determination_id)
ANTI JOIN due_letters USING (sha256);
