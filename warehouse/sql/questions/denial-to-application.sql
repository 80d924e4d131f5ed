-- How many days pass from the utilization review's denial to the application, by year of decision and priority?
-- reading: Elapsed calendar days between dates of the letter's header, over letters that state both in their order;
-- reading: letters_without are the others. The time to apply runs from the service of the denial, which letters do not
-- reading: show, and only applications that were accepted are published: more than 30 days is no sign of a violation.
SELECT
    decision_year,
    priority,
    count(days_denial_to_application) AS letters,
    avg(days_denial_to_application) AS mean_days,
    median(days_denial_to_application) AS median_days,
    quantile_disc(days_denial_to_application, 0.9) AS p90_days,
    count(*) FILTER (days_denial_to_application > 30) AS letters_over_30,
    CASE
        WHEN count(days_denial_to_application) >= 5 THEN avg((days_denial_to_application > 30)::INT)
    END AS share_of_letters_over_30,
    count(*) - count(days_denial_to_application) AS letters_without
FROM marts.letters
WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
GROUP BY decision_year, priority
ORDER BY decision_year, priority
