-- Letters that have a problem other than an unknown word.
-- severity: warn
-- bound: 0.03
-- observed: 0.01 of 97 letters, 2026-11
-- why: letters of one template fail together; above the bound look at what problems by code have in common
SELECT sha256, min(case_number) AS case_number, list(DISTINCT code) AS codes
FROM main.problems WHERE NOT starts_with(code, 'unknown_') AND code <> 'unreadable_folder' GROUP BY sha256
