-- Deletes what the warehouse holds of the changed letters and of the other letters of their cases; rows of tables that
-- reach their letter by determination_id are deleted by case.
CREATE OR REPLACE TEMP TABLE deleted_letters AS
SELECT sha256 FROM changed_letters
UNION
SELECT sha256 FROM batch_letters;
DELETE FROM main.problems WHERE sha256 IN (FROM deleted_letters);
DELETE FROM main.letter_files WHERE sha256 IN (FROM deleted_letters);
