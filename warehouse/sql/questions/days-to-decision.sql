-- How many days pass from assignment and from application to the decision, by month and priority?
-- reading: Elapsed calendar days between dates of the letter's header, over letters that state both in their order;
-- reading: letters_without_dates are the others. The legal clock starts when the records are complete, a date that
-- reading: letters do not have: more than 30 days is no sign of a violation. p90: nine of ten letters take no longer.
SELECT
    decision_month,
    priority,
    count(*) AS letters,
    avg(days_assignment_to_decision) AS mean_days_from_assignment,
    median(days_assignment_to_decision) AS median_days_from_assignment,
    quantile_disc(days_assignment_to_decision, 0.9) AS p90_days_from_assignment,
    CASE
        WHEN count(days_assignment_to_decision) >= 5 THEN avg((days_assignment_to_decision > 30)::INT)
    END AS share_of_letters_over_30_from_assignment,
    avg(days_application_to_decision) AS mean_days_from_application,
    median(days_application_to_decision) AS median_days_from_application,
    quantile_disc(days_application_to_decision, 0.9) AS p90_days_from_application,
    CASE
        WHEN count(days_application_to_decision) >= 5 THEN avg((days_application_to_decision > 30)::INT)
    END AS share_of_letters_over_30_from_application,
    count(*) FILTER (days_assignment_to_decision IS NULL OR days_application_to_decision IS NULL)
        AS letters_without_dates
FROM marts.letters
WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
GROUP BY decision_month, priority
ORDER BY decision_month, priority
