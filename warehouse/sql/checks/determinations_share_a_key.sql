-- Two determinations of one case.
-- severity: block
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: the current letter of a case is one
SELECT determination_id, count(*) AS rows FROM main.determinations GROUP BY ALL HAVING count(*) > 1
