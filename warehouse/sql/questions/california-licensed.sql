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
),
cells AS (
    SELECT category, subcategory, count(*) AS letters, sum(items) AS items, sum(overturned) AS overturned
    FROM marts.service_decisions
    WHERE category IS NOT NULL AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY category, subcategory
),
whole AS (
    SELECT
        'all items' AS value,
        count(*) AS letters,
        sum(n)::BIGINT AS items,
        sum(y)::BIGINT AS overturned,
        share(n, y) AS overturn_rate,
        share_low(n, y, max(rho)) AS overturn_rate_low,
        share_high(n, y, max(rho)) AS overturn_rate_high,
        letters_note(count(*)) AS note
    FROM (
        SELECT items - ancillary_items AS n, overturned - ancillary_overturned AS y
        FROM marts.letters
        WHERE items > ancillary_items AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    )
    CROSS JOIN marts.item_correlation
)
SELECT
    figures.value AS licensed_in,
    figures.letters,
    figures.letters / whole.letters AS share_of_letters,
    figures.items,
    figures.items / whole.items AS share_of_items,
    figures.overturned,
    figures.overturn_rate,
    figures.overturn_rate_low,
    figures.overturn_rate_high,
    figures.items_compared,
    figures.compared_overturn_rate,
    figures.expected_overturn_rate,
    figures.note
FROM (
    FROM expected_rates('counted', 'cells')
    UNION ALL BY NAME
    FROM whole
) AS figures
CROSS JOIN whole
ORDER BY figures.value = 'all items' NULLS FIRST, figures.value
