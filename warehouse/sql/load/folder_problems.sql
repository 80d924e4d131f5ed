-- Folders that could not be listed: problems of no letter, all of them replaced by every build.
-- $file_problems: a Parquet file.
DELETE FROM main.problems WHERE code = 'unreadable_folder';
INSERT INTO main.problems BY NAME
SELECT * EXCLUDE (file_block)
FROM parquet_rows($file_problems)
WHERE code = 'unreadable_folder';
