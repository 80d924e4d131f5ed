-- How often did utilization review authorize a part, and are modifications overturned more often than outright denials?
-- reading: Modified: the letter says that a part of the request, or less of it, was authorized; what is in dispute is the
-- reading: rest. All other items count as denied outright. marts.items has requested, authorized and disputed as written.
SELECT
    category,
    cwci_category,
    count(*) AS items,
    count(*) FILTER (is_modified) AS modified,
    avg(is_modified::INT) AS share_modified,
    count(*) FILTER (is_modified AND is_overturned) AS modified_overturned,
    avg(is_overturned::INT) FILTER (is_modified) AS modified_overturn_rate,
    count(*) FILTER (NOT is_modified) AS denied,
    count(*) FILTER (NOT is_modified AND is_overturned) AS denied_overturned,
    avg(is_overturned::INT) FILTER (NOT is_modified) AS denied_overturn_rate
FROM marts.items
WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
GROUP BY category, cwci_category
ORDER BY items DESC, category, cwci_category
