-- Do reviewers who are licensed in California decide otherwise than those who are licensed elsewhere only?
-- reading: One row each for yes and no, and one without a value for letters that state no licence. A reviewer with
-- reading: licences of several states, California among them, counts as licensed in California.
-- reading: expected_overturn_rate is what the rate would be if each item were overturned as often as all items of its
-- reading: category and subcategory: only what differs from it cannot be the mix of treatments.
WITH chosen AS (
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
usual AS (
    SELECT category, subcategory, avg(is_overturned::INT) AS overturn_rate FROM chosen GROUP BY category, subcategory
)
SELECT
    chosen.is_california_licensed,
    count(DISTINCT chosen.determination_id) AS letters,
    count(DISTINCT chosen.determination_id) / sum(count(DISTINCT chosen.determination_id)) OVER () AS share_of_letters,
    count(*) AS items,
    count(*) FILTER (chosen.is_overturned) AS overturned,
    avg(chosen.is_overturned::INT) AS overturn_rate,
    avg(usual.overturn_rate) AS expected_overturn_rate
FROM chosen
JOIN usual
    ON usual.category IS NOT DISTINCT FROM chosen.category
    AND usual.subcategory IS NOT DISTINCT FROM chosen.subcategory
GROUP BY chosen.is_california_licensed
ORDER BY chosen.is_california_licensed DESC NULLS LAST
