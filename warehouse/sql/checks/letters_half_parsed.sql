-- Letters whose rows stand in the tables while no run says that it wrote all of them.
-- severity: block
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: a run that died among the tables of a block leaves some of them new and some old; the next run writes all
SELECT sha256, uri, status FROM main.letter_files WHERE status <> 'unreadable' AND parser_version IS NULL
