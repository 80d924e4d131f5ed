-- Letters that letter_files calls loaded and that have no determination, and the other way round.
-- severity: block
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: the way from a determination to its file, and from a file to what it says, is whole
SELECT sha256, uri, determination_id
FROM (FROM main.letter_files WHERE status = 'loaded')
FULL JOIN main.determinations USING (sha256)
WHERE uri IS NULL OR determination_id IS NULL
