-- How much opioid do disputed requests ask for, in morphine milligram equivalents (MME) of one fill?
-- reading: Items that ask for an opioid, by the generic name of their first drug; MME by the factors of CDC's guideline of
-- reading: 2022, summed over the item's opioids. items_without_mme: strength, quantity or factor is not known (buprenorphine
-- reading: has none); they are in no median. How much a day that is can be said of few requests (item_drugs.mme_per_day).
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
WITH asked AS (
    SELECT
        grouping(ingredient) = 1 AS is_total,
        if(grouping(ingredient) = 1, 'all opioids', ingredient) AS ingredient,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y,
        list(mme_requested) FILTER (mme_requested IS NOT NULL) AS doses
    FROM marts.items
    WHERE is_opioid AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY GROUPING SETS ((ingredient, determination_id), (determination_id))
)
SELECT
    ingredient,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(coalesce(len(doses), 0))::BIGINT AS items_with_mme,
    sum(n - coalesce(len(doses), 0))::BIGINT AS items_without_mme,
    list_median(flatten(list(doses))) AS median_mme,
    list_max(flatten(list(doses))) AS largest_mme,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM asked
CROSS JOIN marts.item_correlation
GROUP BY is_total, ingredient
ORDER BY is_total, items DESC, ingredient
