-- title: Reviewers by specialty
-- read: A reviewer with two specialties counts under both.
-- chart: rates specialty
SELECT
    specialty, sum(items) AS items, sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate
FROM marts.reviewers_by_specialty
WHERE $year IS NULL OR decision_year = $year
GROUP BY specialty
ORDER BY items DESC, specialty
