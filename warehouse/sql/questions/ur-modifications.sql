-- How often did utilization review authorize a part, and are modifications overturned more often than outright denials?
-- reading: Modified: the letter says that a part of the request, or less of it, was authorized; what is in dispute is the
-- reading: rest. All other items count as denied outright. marts.items has requested, authorized and disputed as written.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (2 s at 2 million letters)
WITH by_letter AS (
    SELECT
        grouping(category) = 1 AS is_total,
        if(grouping(category) = 1, 'all items', category) AS category,
        cwci_category,
        count(*) AS n,
        count(*) FILTER (is_modified) AS modified_n,
        count(*) FILTER (is_modified AND is_overturned) AS modified_y,
        count(*) FILTER (NOT is_modified) AS denied_n,
        count(*) FILTER (NOT is_modified AND is_overturned) AS denied_y
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY GROUPING SETS ((category, cwci_category, determination_id), (determination_id))
)
SELECT
    category,
    cwci_category,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    count(*) FILTER (modified_n > 0) AS modified_letters,
    sum(modified_n)::BIGINT AS modified,
    share(n, modified_n) AS share_modified,
    share_low(n, modified_n, max(rho)) AS share_modified_low,
    share_high(n, modified_n, max(rho)) AS share_modified_high,
    sum(modified_y)::BIGINT AS modified_overturned,
    share(modified_n, modified_y) AS modified_overturn_rate,
    share_low(modified_n, modified_y, max(rho)) AS modified_overturn_rate_low,
    share_high(modified_n, modified_y, max(rho)) AS modified_overturn_rate_high,
    letters_note(count(*) FILTER (modified_n > 0)) AS modified_note,
    count(*) FILTER (denied_n > 0) AS denied_letters,
    sum(denied_n)::BIGINT AS denied,
    sum(denied_y)::BIGINT AS denied_overturned,
    share(denied_n, denied_y) AS denied_overturn_rate,
    share_low(denied_n, denied_y, max(rho)) AS denied_overturn_rate_low,
    share_high(denied_n, denied_y, max(rho)) AS denied_overturn_rate_high,
    letters_note(count(*) FILTER (denied_n > 0)) AS denied_note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY is_total, category, cwci_category
ORDER BY is_total, items DESC, category, cwci_category
