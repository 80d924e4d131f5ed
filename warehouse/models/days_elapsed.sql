-- Days between the dates of a letter's header, by month of decision and priority; elapsed days, not legal deadlines.
-- column decision_month: First day of the month of the decision; letters without that date are not in it
-- column priority: Priority of the case (standard, expedited), null where the letter does not say
-- column step: From which date to which: denial to application, application to assignment, assignment to decision, application to decision
-- column letters: Letters that state both dates in their order
-- column letters_without: Letters that lack one of the dates or state them out of order; in none of the other columns
-- column mean_days: Mean of the days
-- column median_days: Median of the days
-- column p90_days: Days that nine of ten letters do not exceed
-- column letters_over_30: Letters with more than 30 days; the letter does not show when the records were complete, so this tells of no violation
-- column share_of_letters_over_30: letters_over_30 / letters
WITH dated AS (
    SELECT
        date_trunc('month', decision_date)::DATE AS decision_month,
        priority,
        application_received_date - ur_denial_date AS to_application,
        assigned_date - application_received_date AS to_assignment,
        decision_date - assigned_date AS from_assignment,
        decision_date - application_received_date AS from_application
    FROM imr.determinations
    WHERE decision_date IS NOT NULL
),
steps AS (
    SELECT decision_month, priority, 'denial to application' AS step, to_application AS days FROM dated
    UNION ALL
    SELECT decision_month, priority, 'application to assignment', to_assignment FROM dated
    UNION ALL
    SELECT decision_month, priority, 'assignment to decision', from_assignment FROM dated
    UNION ALL
    SELECT decision_month, priority, 'application to decision', from_application FROM dated
)
SELECT
    decision_month,
    priority,
    step,
    count(*) FILTER (days >= 0) AS letters,
    count(*) FILTER (days IS NULL OR days < 0) AS letters_without,
    avg(days) FILTER (days >= 0) AS mean_days,
    median(days) FILTER (days >= 0) AS median_days,
    quantile_disc(days, 0.9) FILTER (days >= 0) AS p90_days,
    count(*) FILTER (days > 30) AS letters_over_30,
    count(*) FILTER (days > 30) / nullif(count(*) FILTER (days >= 0), 0) AS share_of_letters_over_30
FROM steps
GROUP BY decision_month, priority, step
ORDER BY decision_month, priority, step
