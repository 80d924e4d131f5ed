-- Days between the dates of a letter's header, by period of decision and priority; elapsed days, not legal deadlines.
-- column period: Length of the period (month, year), null for letters without a decision date
-- column starts: First day of the period, null for letters without a decision date
-- column priority: Priority of the case (standard, expedited), null where the letter does not say
-- column step: From which date to which (denial to application, application to assignment, assignment to decision, application to decision)
-- column letters: Letters that state both dates in their order
-- column letters_without: Letters that lack one of the dates or state them out of order; in none of the other columns
-- column mean_days: Mean of the days over letters
-- column median_days: Median of the days
-- column p90_days: Days that nine of ten letters do not exceed
-- column letters_over_30: Letters with more than 30 days; the letter does not show when the records were complete, so this tells of no violation
-- column share_of_letters_over_30: letters_over_30 / letters
WITH periods AS (
    SELECT 'month' AS period, decision_month AS starts, * FROM marts.letters WHERE decision_date IS NOT NULL
    UNION ALL
    SELECT 'year', make_date(decision_year, 1, 1), * FROM marts.letters WHERE decision_date IS NOT NULL
    UNION ALL
    SELECT NULL, NULL, * FROM marts.letters WHERE decision_date IS NULL
),
steps AS (
    SELECT period, starts, priority, 'denial to application' AS step, days_denial_to_application AS days
    FROM periods
    UNION ALL
    SELECT period, starts, priority, 'application to assignment', days_application_to_assignment FROM periods
    UNION ALL
    SELECT period, starts, priority, 'assignment to decision', days_assignment_to_decision FROM periods
    UNION ALL
    SELECT period, starts, priority, 'application to decision', days_application_to_decision FROM periods
)
SELECT
    period,
    starts,
    priority,
    step,
    count(days) AS letters,
    count(*) - count(days) AS letters_without,
    avg(days) AS mean_days,
    median(days) AS median_days,
    quantile_disc(days, 0.9) AS p90_days,
    count(*) FILTER (days > 30) AS letters_over_30,
    count(*) FILTER (days > 30) / nullif(count(days), 0) AS share_of_letters_over_30
FROM steps
GROUP BY period, starts, priority, step
ORDER BY period, starts, priority, step
