-- Items of which utilization review authorized a part, against outright denials, by category and year.
-- view: one pass over items (0.2 s at 2 million letters)
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
    modified / items AS share_modified,
    count(*) FILTER (is_modified AND is_overturned) AS modified_overturned,
    modified_overturned / nullif(modified, 0) AS modified_overturn_rate,
    count(*) FILTER (NOT is_modified) AS denied,
    count(*) FILTER (NOT is_modified AND is_overturned) AS denied_overturned,
    denied_overturned / nullif(denied, 0) AS denied_overturn_rate
FROM marts.items AS item
GROUP BY decision_year, category
ORDER BY decision_year, items DESC, category
