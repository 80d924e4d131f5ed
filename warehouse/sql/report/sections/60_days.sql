-- title: Days elapsed between the letter's dates
-- read: By month of decision. A letter does not show when its records were complete, from which the law counts: more than 30 days is no violation of a deadline.
-- chart: days month median_days p90_days
SELECT
    starts AS month, priority, step, letters, mean_days, median_days, p90_days, letters_over_30,
    share_of_letters_over_30, letters_without
FROM marts.days_elapsed
WHERE period = 'month' AND ($year IS NULL OR year(starts) = $year)
ORDER BY starts, priority, step
