-- Which specialties decide, and how often do they overturn?
-- reading: An item counts under each specialty of its reviewer: do not add up rows; the row of all items has each once. A
-- reading: row without a specialty holds items whose letter names none that a code table knows.
-- reading: expected_overturn_rate is what the rate would be if each item were overturned as often as the items of its
-- reading: subcategory outside of the group: the mix of treatments does not explain a difference between it and
-- reading: compared_overturn_rate. Both are of the items_compared, whose subcategory has 5 other letters, and stand only
-- reading: where these are 80 % of the items. Services of an operation that the same letter disputes are left out.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (3 s at 2 million letters)
WITH counted AS (
    SELECT
        unnest(CASE WHEN len(specialties) > 0 THEN specialties ELSE [NULL] END) AS value,
        determination_id,
        category,
        subcategory,
        items AS n,
        overturned AS y,
        true AS is_alone
    FROM marts.service_decisions
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
)
SELECT * RENAME (value AS specialty)
FROM expected_rates_and_total('counted', $from, $to)
ORDER BY specialty = 'all items' NULLS FIRST, items DESC, specialty
