-- Which drug classes are asked for and overturned, before and since the formulary of 2018-01-01?
-- reading: By date of decision; the formulary came into force on 2018-01-01, and decisions of the first months after it
-- reading: are on older requests. Every drug item counts once, under the class of its first drug; a row without a class
-- reading: holds items whose drug is not known. Shares are of all drug items before, or since. Items of letters without a
-- reading: decision date stand in items_undated and in no other column.
WITH drugs AS (
    SELECT
        subcategory AS drug_class,
        decision_date < DATE '2018-01-01' AS is_before,
        is_overturned
    FROM marts.items
    WHERE is_drug AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
)
SELECT
    drug_class,
    count(*) FILTER (is_before) AS items_before,
    count(*) FILTER (is_before) / nullif(sum(count(*) FILTER (is_before)) OVER (), 0) AS share_before,
    count(*) FILTER (is_before AND is_overturned) AS overturned_before,
    avg(is_overturned::INT) FILTER (is_before) AS overturn_rate_before,
    count(*) FILTER (NOT is_before) AS items_since,
    count(*) FILTER (NOT is_before) / nullif(sum(count(*) FILTER (NOT is_before)) OVER (), 0) AS share_since,
    count(*) FILTER (NOT is_before AND is_overturned) AS overturned_since,
    avg(is_overturned::INT) FILTER (NOT is_before) AS overturn_rate_since,
    count(*) FILTER (is_before IS NULL) AS items_undated
FROM drugs
GROUP BY drug_class
ORDER BY count(*) DESC, drug_class
