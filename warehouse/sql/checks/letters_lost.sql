-- Letters that were parsed and are neither loaded nor have a problem that says why.
-- severity: block
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: nothing is lost in silence
SELECT sha256, uri FROM main.letter_files
WHERE status = 'unreadable' AND parser_version IS NOT NULL AND sha256 NOT IN (SELECT sha256 FROM main.problems)
