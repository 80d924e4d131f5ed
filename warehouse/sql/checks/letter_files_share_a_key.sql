-- Two rows for one content.
-- severity: block
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: letter_files has one row per content
SELECT sha256, count(*) AS rows FROM main.letter_files GROUP BY ALL HAVING count(*) > 1
