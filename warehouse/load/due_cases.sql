-- Selects the cases that have a letter that is due, or had it, or have a problem row of stage `warehouse` about it.
-- $determinations: Parquet files.
CREATE TEMP TABLE due_cases AS
SELECT determination_id FROM parquet_rows($determinations) SEMI JOIN due_letters USING (sha256)
UNION
SELECT determination_id FROM imr.determinations SEMI JOIN due_letters USING (sha256)
UNION
SELECT letter.determination_id
FROM imr.determinations AS letter
JOIN (FROM imr.problems WHERE stage = 'warehouse') AS problem ON problem.sha256 = letter.sha256
SEMI JOIN due_letters ON due_letters.sha256 = split_part(problem.excerpt, ' ', -1);
