-- Letters and disputed items decided in each month, quarter and year; one row without a start holds letters without a decision date.
-- view: four passes over letters (0.2 s at 2 million letters)
-- column period: Length of the period (month, quarter, year), null for letters without a decision date
-- column starts: First day of the period, null for letters without a decision date
-- column letters: Letters decided in the period
-- column items: Disputed items of these letters
-- column items_per_letter: items / letters
-- column letters_with_several: Letters with more than one disputed item
-- column share_of_letters_with_several: letters_with_several / letters
-- column letters_without_items: Letters in which no disputed item was found; they are among letters
WITH periods AS (
    SELECT 'month' AS period, date_trunc('month', decision_date)::DATE AS starts, items AS asked
    FROM marts.letters WHERE decision_date IS NOT NULL
    UNION ALL
    SELECT 'quarter', date_trunc('quarter', decision_date)::DATE, items
    FROM marts.letters WHERE decision_date IS NOT NULL
    UNION ALL
    SELECT 'year', date_trunc('year', decision_date)::DATE, items
    FROM marts.letters WHERE decision_date IS NOT NULL
    UNION ALL
    SELECT NULL, NULL, items
    FROM marts.letters WHERE decision_date IS NULL
)
SELECT
    period,
    starts,
    count(*) AS letters,
    sum(asked)::BIGINT AS items,
    items / letters AS items_per_letter,
    count(*) FILTER (asked > 1) AS letters_with_several,
    letters_with_several / letters AS share_of_letters_with_several,
    count(*) FILTER (asked = 0) AS letters_without_items
FROM periods
GROUP BY period, starts
ORDER BY period, starts
