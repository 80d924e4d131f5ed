-- Do reviewers who are licensed in California decide otherwise than those who are licensed elsewhere only?
-- reading: A reviewer with licenses of several states, California among them, counts as licensed in California.
-- reading: expected_overturn_rate is what the rate would be if each item were overturned as often as the items of its
-- reading: subcategory outside of the group: the mix of treatments does not explain a difference between it and
-- reading: compared_overturn_rate. Both are of the items_compared, whose subcategory has 5 other letters, and stand only
-- reading: where these are 80 % of the items. Services of an operation that the same letter disputes are left out.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (2 s at 2 million letters)
WITH counted AS (
    SELECT
        CASE is_california_licensed
            WHEN true THEN 'California'
            WHEN false THEN 'elsewhere only'
            ELSE 'not stated'
        END AS value,
        determination_id,
        category,
        subcategory,
        items AS n,
        overturned AS y,
        true AS is_alone
    FROM marts.service_decisions
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
)
SELECT * RENAME (value AS licensed_in)
FROM expected_rates_and_total('counted', $from, $to)
ORDER BY licensed_in = 'all items', licensed_in
