-- Cases that the state's search shows and of which no letter is loaded.
-- severity: warn
-- bound: 0.01
-- observed: 0, 2026-11; nobody has fetched yet
-- why: a letter that is published and missing leaves its year incomplete; while a fetch is under way there are many
SELECT DISTINCT case_number, decision_date, url
FROM main.published_decisions
ANTI JOIN main.determinations USING (case_number)
