-- Does the overturn rate rise when utilization review cited no evidence, or another guideline than the reviewer?
-- reading: Same family: both cite at least one guideline of one family, such as ODG or the MTUS chronic pain chapter. A
-- reading: row without a value holds items where a text is missing or an unknown guideline might be the same.
-- reading: expected_overturn_rate is what the rate would be if each item were overturned as often as all items of its
-- reading: category and subcategory: the mix of these does not explain a difference from it.
WITH counted AS (
    SELECT
        guideline_agreement,
        category,
        subcategory,
        count(*) AS items,
        count(*) FILTER (is_overturned) AS overturned
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY guideline_agreement, category, subcategory
),
compared AS (
    SELECT
        *,
        items * sum(overturned) OVER treatments / sum(items) OVER treatments AS expected
    FROM counted
    WINDOW treatments AS (PARTITION BY category, subcategory)
)
SELECT
    guideline_agreement,
    sum(items)::BIGINT AS items,
    sum(items) / sum(sum(items)) OVER () AS share_of_items,
    sum(overturned)::BIGINT AS overturned,
    sum(overturned) / sum(items) AS overturn_rate,
    sum(expected) / sum(items) AS expected_overturn_rate
FROM compared
GROUP BY guideline_agreement
ORDER BY sum(items) DESC, guideline_agreement
