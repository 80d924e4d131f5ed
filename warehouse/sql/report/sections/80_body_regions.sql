-- title: Body regions
-- read: Items whose request names the region; an item with two regions counts under both.
-- chart: rates region
SELECT
    region, sum(items) AS items, sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate,
    sum(left_items) AS left_items, sum(right_items) AS right_items, sum(bilateral_items) AS bilateral_items
FROM marts.body_regions
WHERE region IS NOT NULL AND ($year IS NULL OR decision_year = $year)
GROUP BY region
ORDER BY items DESC, region
