-- How many letters and disputed items are decided each month, and how do the cases end?
-- reading: A letter is a case and holds one or more disputed items. Upheld means that the denial stands. A case is
-- reading: partially overturned where some of its items are overturned and some upheld; letters in which no item was
-- reading: found have no outcome. The row without a month holds letters without a decision date. is_partial: letters of
-- reading: the month are missing, so its counts say nothing of a trend; without a value no published count is at hand.
-- reading: share_of_published_letters is of the whole year.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
WITH months AS (
    SELECT
        decision_month,
        count(*) AS letters,
        sum(items)::BIGINT AS items,
        sum(items) / count(*) AS items_per_letter,
        share(1, (items > 1)::INTEGER) AS share_of_letters_with_several,
        count(*) FILTER (outcome = 'upheld') AS letters_upheld,
        count(*) FILTER (outcome = 'partially overturned') AS letters_partially_overturned,
        count(*) FILTER (outcome = 'overturned') AS letters_overturned,
        sum(overturned)::BIGINT AS overturned,
        share(items, overturned) AS overturn_rate,
        share_low(items, overturned, max(rho)) AS overturn_rate_low,
        share_high(items, overturned, max(rho)) AS overturn_rate_high,
        letters_note(count(*) FILTER (items > 0)) AS note
    FROM marts.letters
    CROSS JOIN marts.item_correlation
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY decision_month
)
SELECT
    months.*,
    coalesce($from > months.decision_month OR $to < months.decision_month + INTERVAL 1 MONTH - INTERVAL 1 DAY, false)
        OR loaded.is_partial AS is_partial,
    loaded.share_of_published_letters
FROM months
LEFT JOIN marts.letters_by_period AS loaded ON loaded.period = 'month' AND loaded.starts = months.decision_month
ORDER BY months.decision_month
