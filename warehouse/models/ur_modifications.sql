-- Items of which utilization review authorized a part, against outright denials, by category and year.
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column category: The state's category, null where unknown
-- column items: Disputed items
-- column modified: Items of which a part or a lesser quantity was authorized
-- column share_modified: modified / items
-- column modified_overturned: Modified items whose denial of the rest is overturned
-- column modified_overturn_rate: modified_overturned / modified, null where nothing was modified
-- column denied: Items that were denied outright
-- column denied_overturned: Items denied outright whose denial is overturned
-- column denied_overturn_rate: denied_overturned / denied, null where nothing was denied outright
SELECT
    decision_year,
    category,
    count(*) AS items,
    count(*) FILTER (is_modified) AS modified,
    count(*) FILTER (is_modified) / count(*) AS share_modified,
    count(*) FILTER (is_modified AND is_overturned) AS modified_overturned,
    avg(is_overturned::INT) FILTER (is_modified) AS modified_overturn_rate,
    count(*) FILTER (NOT is_modified) AS denied,
    count(*) FILTER (NOT is_modified AND is_overturned) AS denied_overturned,
    avg(is_overturned::INT) FILTER (NOT is_modified) AS denied_overturn_rate
FROM marts.items
GROUP BY decision_year, category
ORDER BY decision_year, items DESC, category
