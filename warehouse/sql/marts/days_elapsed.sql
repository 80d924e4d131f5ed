-- Days between the dates of a letter's header, by period of decision and priority; elapsed days, not legal deadlines.
-- view: sums up letters_by_days (0.4 s at 2 million letters)
-- column period: Length of the period (month, year), null for letters without a decision date
-- column starts: First day of the period, null for letters without a decision date
-- column priority: Priority of the case (standard, expedited), null where the letter does not say
-- column step: From which date to which (denial to application, application to assignment, assignment to decision, application to decision)
-- column letters: Letters that state both dates in their order
-- column letters_without: Letters that lack one of the dates or state them out of order; in none of the other columns
-- column mean_days: Mean of the days over letters
-- column median_days: Median of the days
-- column p90_days: Days that nine of ten letters do not exceed
-- column letters_over_30: Letters with more than 30 days; the letter does not show when the records were complete, so this shows no violation
-- column share_of_letters_over_30: letters_over_30 / letters, null under 5 letters
WITH periods AS (
    SELECT 'month' AS period, decision_month AS starts, priority, step, days, letters
    FROM marts.letters_by_days WHERE decision_month IS NOT NULL
    UNION ALL
    SELECT 'year', date_trunc('year', decision_month)::DATE, priority, step, days, letters
    FROM marts.letters_by_days WHERE decision_month IS NOT NULL
    UNION ALL
    SELECT NULL, NULL, priority, step, days, letters
    FROM marts.letters_by_days WHERE decision_month IS NULL
),
counted AS (
    SELECT period, starts, priority, step, days, sum(letters)::BIGINT AS letters
    FROM periods
    GROUP BY period, starts, priority, step, days
),
ranked AS (
    -- Letters in the order of their days: how many up to this row, and how many in all.
    SELECT
        *,
        sum(letters) OVER (PARTITION BY period, starts, priority, step, days IS NULL ORDER BY days) AS up_to,
        sum(letters) OVER (PARTITION BY period, starts, priority, step, days IS NULL) AS of_all
    FROM counted
),
middle AS (
    SELECT
        period,
        starts,
        priority,
        step,
        coalesce(sum(letters) FILTER (days IS NOT NULL), 0)::BIGINT AS letters,
        coalesce(sum(letters) FILTER (days IS NULL), 0)::BIGINT AS letters_without,
        sum(letters * days) AS all_days,
        min(days) FILTER (2 * up_to >= of_all) AS lower_median,
        min(days) FILTER (2 * up_to > of_all) AS upper_median,
        min(days) FILTER (10 * up_to >= 9 * of_all) AS p90_days,
        coalesce(sum(letters) FILTER (days > 30), 0)::BIGINT AS letters_over_30
    FROM ranked
    GROUP BY period, starts, priority, step
)
SELECT
    period,
    starts,
    priority,
    step,
    letters,
    letters_without,
    all_days / nullif(letters, 0) AS mean_days,
    (lower_median + upper_median) / 2 AS median_days,
    p90_days,
    letters_over_30,
    CASE WHEN letters >= 5 THEN letters_over_30 / letters END AS share_of_letters_over_30
FROM middle
ORDER BY period, starts, priority, step
