-- Two problems of one place in a letter's list.
-- severity: block
-- bound: 0
-- observed: 0, 2026-11
-- why: position counts the problems of a letter
SELECT sha256, position, count(*) AS rows FROM main.problems GROUP BY ALL HAVING count(*) > 1
