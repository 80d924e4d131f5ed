-- title: Days elapsed between the letter's dates
-- read: By month of decision. A letter does not show when its records were complete, from which the law counts: more than 30 days is no violation of a deadline. The last column is of the whole year.
-- chart: days month median_days p90_days
SELECT
    figures.starts AS month, figures.priority, figures.step, figures.letters, figures.mean_days, figures.median_days,
    figures.p90_days, figures.letters_over_30, figures.share_of_letters_over_30, figures.letters_without,
    loaded.is_partial, loaded.share_of_published_letters
FROM marts.days_elapsed AS figures
LEFT JOIN marts.letters_by_period AS loaded ON loaded.period = 'month' AND loaded.starts = figures.starts
WHERE figures.period = 'month' AND ($year IS NULL OR year(figures.starts) = $year)
ORDER BY figures.starts, figures.priority, figures.step
