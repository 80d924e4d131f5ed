-- Letters with another date than the state's search shows, or without one that it shows.
-- severity: warn
-- bound: 0.01
-- observed: 0, 2026-11; nobody has fetched yet
-- why: the state's own dates are the truth at hand; more than a few mean that a header is read wrongly
WITH published AS (
    SELECT
        case_number,
        max(decision_date) AS decision_date,
        max(injury_date) AS injury_date,
        max(application_received_date) AS application_received_date
    FROM main.published_decisions
    GROUP BY case_number
)
SELECT letter.case_number, published.* EXCLUDE (case_number), letter.decision_date, letter.injury_date
FROM main.determinations AS letter
JOIN published ON published.case_number = letter.case_number
WHERE
    letter.decision_date IS DISTINCT FROM published.decision_date
    OR letter.injury_date IS DISTINCT FROM coalesce(published.injury_date, letter.injury_date)
    OR letter.application_received_date
    IS DISTINCT FROM coalesce(published.application_received_date, letter.application_received_date)
