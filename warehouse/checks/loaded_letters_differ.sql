-- Letters that letter_files calls loaded and that have no determination, or that of another case, and the other way round.
-- severity: block
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: the way from a determination to its file, and from a file to what it says, is whole; a build finds the letters of a case by its name
SELECT sha256, uri, determination_id
FROM (FROM main.letter_files WHERE status = 'loaded') AS file
FULL JOIN main.determinations AS letter USING (sha256)
WHERE coalesce(file.case_number, 'sha256:' || left(sha256, 16)) IS DISTINCT FROM letter.determination_id
