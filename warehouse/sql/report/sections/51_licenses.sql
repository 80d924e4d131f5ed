-- title: Reviewers licensed in California, and elsewhere only
-- read: California is among the reviewer's states or not; blank where the letter states no licence.
-- chart: rates is_california_licensed
SELECT
    is_california_licensed, sum(items) AS items, sum(items) / sum(sum(items)) OVER () AS share_of_items,
    sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate
FROM marts.reviewers_by_license
WHERE $year IS NULL OR decision_year = $year
GROUP BY is_california_licensed
ORDER BY items DESC
