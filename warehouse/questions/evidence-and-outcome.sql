-- Does the overturn rate rise when utilization review cited no evidence, or another guideline than the reviewer?
-- reading: Same family: both cite at least one guideline of one family, such as ODG or the MTUS chronic pain chapter. A
-- reading: row without a value holds items where a text is missing or an unknown guideline might be the same.
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
    chosen.guideline_agreement,
    count(*) AS items,
    count(*) / sum(count(*)) OVER () AS share_of_items,
    count(*) FILTER (chosen.is_overturned) AS overturned,
    avg(chosen.is_overturned::INT) AS overturn_rate,
    avg(usual.overturn_rate) AS expected_overturn_rate
FROM chosen
JOIN usual
    ON usual.category IS NOT DISTINCT FROM chosen.category
    AND usual.subcategory IS NOT DISTINCT FROM chosen.subcategory
GROUP BY chosen.guideline_agreement
ORDER BY items DESC, chosen.guideline_agreement
