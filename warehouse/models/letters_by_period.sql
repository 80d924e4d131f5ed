-- Letters and disputed items decided in each month, quarter and year; letters without a decision date are not in it.
-- column period: Length of the period (month, quarter, year)
-- column starts: First day of the period
-- column letters: Letters decided in the period
-- column items: Disputed items of these letters
-- column items_per_letter: items / letters
-- column letters_with_several: Letters with more than one disputed item
-- column share_with_several: letters_with_several / letters
WITH letters AS (
    SELECT decision_date, item_count FROM imr.determinations WHERE decision_date IS NOT NULL
),
periods AS (
    SELECT 'month' AS period, date_trunc('month', decision_date)::DATE AS starts, item_count FROM letters
    UNION ALL
    SELECT 'quarter', date_trunc('quarter', decision_date)::DATE, item_count FROM letters
    UNION ALL
    SELECT 'year', date_trunc('year', decision_date)::DATE, item_count FROM letters
)
SELECT
    period,
    starts,
    count(*) AS letters,
    sum(item_count)::BIGINT AS items,
    sum(item_count) / count(*) AS items_per_letter,
    count(*) FILTER (item_count > 1) AS letters_with_several,
    count(*) FILTER (item_count > 1) / count(*) AS share_with_several
FROM periods
GROUP BY period, starts
ORDER BY period, starts
