-- title: Modifications by utilization review
-- read: Items of which utilization review authorized a part or a lesser quantity, against those it denied outright.
-- chart: none
SELECT
    category, sum(items) AS items, sum(modified) AS modified, sum(modified) / sum(items) AS share_modified,
    sum(modified_overturned) / nullif(sum(modified), 0) AS modified_overturn_rate,
    sum(denied) AS denied, sum(denied_overturned) / nullif(sum(denied), 0) AS denied_overturn_rate
FROM marts.ur_modifications
WHERE $year IS NULL OR decision_year = $year
GROUP BY category
ORDER BY items DESC, category
