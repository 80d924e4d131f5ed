-- Problems of a letter that is not there (folders have no row in letter_files), or with a code that is not explained.
-- severity: block
-- bound: 0
-- observed: 0, 2026-11
-- why: a problem leads to its file, and says what is wrong with it
SELECT sha256, position, code
FROM main.problems
WHERE
    (sha256 NOT IN (SELECT sha256 FROM main.letter_files) AND code <> 'unreadable_folder')
    OR code NOT IN (SELECT code FROM codes.problem_codes)
