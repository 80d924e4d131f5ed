-- Which drug classes are asked for and overturned, before and since the formulary of 2018-01-01?
-- reading: By date of decision; the formulary came into force on 2018-01-01, and decisions of the first months after it
-- reading: are on older requests. Every drug item counts once, under the class of its first drug; a row without a class
-- reading: holds items whose drug is not known. Shares are of all drug items before, or since. Items of letters without a
-- reading: decision date stand in items_undated and in no other column.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
WITH drugs AS (
    SELECT
        subcategory AS drug_class,
        determination_id,
        decision_date < DATE '2018-01-01' AS is_before,
        is_overturned
    FROM marts.items
    WHERE is_drug AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
by_letter AS (
    SELECT
        grouping(drug_class) = 1 AS is_total,
        if(grouping(drug_class) = 1, 'all drugs', drug_class) AS drug_class,
        count(*) FILTER (is_before) AS before_n,
        count(*) FILTER (is_before AND is_overturned) AS before_y,
        count(*) FILTER (NOT is_before) AS since_n,
        count(*) FILTER (NOT is_before AND is_overturned) AS since_y,
        count(*) FILTER (is_before IS NULL) AS undated_n
    FROM drugs
    GROUP BY GROUPING SETS ((drug_class, determination_id), (determination_id))
)
SELECT
    drug_class,
    count(*) FILTER (before_n > 0) AS letters_before,
    sum(before_n)::BIGINT AS items_before,
    sum(before_n) / nullif(sum(sum(before_n)) FILTER (is_total) OVER (), 0) AS share_before,
    sum(before_y)::BIGINT AS overturned_before,
    share(before_n, before_y) AS overturn_rate_before,
    share_low(before_n, before_y, max(rho)) AS overturn_rate_before_low,
    share_high(before_n, before_y, max(rho)) AS overturn_rate_before_high,
    letters_note(count(*) FILTER (before_n > 0)) AS note_before,
    count(*) FILTER (since_n > 0) AS letters_since,
    sum(since_n)::BIGINT AS items_since,
    sum(since_n) / nullif(sum(sum(since_n)) FILTER (is_total) OVER (), 0) AS share_since,
    sum(since_y)::BIGINT AS overturned_since,
    share(since_n, since_y) AS overturn_rate_since,
    share_low(since_n, since_y, max(rho)) AS overturn_rate_since_low,
    share_high(since_n, since_y, max(rho)) AS overturn_rate_since_high,
    letters_note(count(*) FILTER (since_n > 0)) AS note_since,
    sum(undated_n)::BIGINT AS items_undated
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY is_total, drug_class
ORDER BY is_total, sum(before_n + since_n + undated_n) DESC, drug_class
