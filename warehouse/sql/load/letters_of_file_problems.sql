-- Letters whose problems of stage files differ from those that the warehouse has.
-- $file_problems: a Parquet file.
CREATE OR REPLACE TEMP TABLE letters_of_file_problems AS
WITH now AS (
    SELECT sha256, code, field, excerpt, page FROM parquet_rows($file_problems)
),
held AS (
    SELECT sha256, code, field, excerpt, page FROM main.problems WHERE stage = 'files'
),
differing AS (
    (FROM now EXCEPT ALL FROM held)
    UNION ALL
    (FROM held EXCEPT ALL FROM now)
)
SELECT DISTINCT sha256 FROM differing;
