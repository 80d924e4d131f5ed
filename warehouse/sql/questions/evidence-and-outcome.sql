-- Does the overturn rate rise when utilization review cited no evidence, or another guideline than the reviewer?
-- reading: Same family: both cite at least one guideline of one family, such as ODG or the MTUS chronic pain chapter. A
-- reading: row without a value holds items where a text is missing or an unknown guideline might be the same.
-- reading: expected_overturn_rate is what the rate would be if each item were overturned as often as the items of its
-- reading: subcategory outside of the group: the mix of treatments does not explain a difference between it and
-- reading: compared_overturn_rate. Both are of the items_compared, whose subcategory has 5 other letters, and stand only
-- reading: where these are 80 % of the items. Services of an operation that the same letter disputes are left out.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (2 s at 2 million letters)
WITH counted AS (
    SELECT
        guideline_agreement AS value,
        determination_id,
        category,
        subcategory,
        items AS n,
        overturned AS y,
        is_alone
    FROM marts.service_evidence
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
)
SELECT * RENAME (value AS guideline_agreement)
FROM expected_rates_and_total('counted', $from, $to)
ORDER BY guideline_agreement = 'all items' NULLS FIRST, items DESC, guideline_agreement
