-- title: Outcome of disputed items by year
-- read: Rates are per disputed item, as the state counts them. A year of which few letters are loaded shows no trend: the last column says how many of those that were published as decided in the whole year.
-- chart: rates decision_year
SELECT
    figures.decision_year, figures.letters, figures.items, figures.upheld, figures.overturned, figures.overturn_rate,
    figures.overturn_rate_low, figures.overturn_rate_high, figures.note, loaded.share_of_published_letters
FROM marts.item_outcomes_by_year AS figures
LEFT JOIN marts.published_totals AS loaded ON loaded.decision_year = figures.decision_year
WHERE $year IS NULL OR figures.decision_year = $year
ORDER BY figures.decision_year
