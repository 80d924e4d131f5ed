-- Letters whose dates do not follow each other: injury, denial, application, assignment, decision.
-- severity: warn
-- bound: 0.02
-- observed: 0 of 96 letters, 2026-11
-- why: letters print what parties wrote; a share above the bound means that dates are read into wrong columns
SELECT determination_id, injury_date, ur_denial_date, application_received_date, assigned_date, decision_date
FROM main.determinations
WHERE injury_date > least(ur_denial_date, application_received_date, assigned_date, decision_date)
    OR ur_denial_date > least(application_received_date, assigned_date, decision_date)
    OR application_received_date > least(assigned_date, decision_date)
    OR assigned_date > decision_date
