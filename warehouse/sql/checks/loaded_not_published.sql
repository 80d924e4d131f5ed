-- Letters that the state's search does not show, of days of which it shows others.
-- severity: warn
-- bound: 0.01
-- observed: 0, 2026-11; nobody has fetched yet
-- why: a letter that is not published was withdrawn, or its case number or its date was read wrongly
SELECT case_number, decision_date
FROM main.determinations
SEMI JOIN main.published_decisions USING (decision_date)
WHERE case_number NOT IN (SELECT case_number FROM main.published_decisions)
