-- title: Beside what the state and CWCI published
-- read: Ours stands beside a published figure where 90 to 110 % of the letters that were published as decided in the year are loaded, and both count the same; else the last column says why not. Sources differ from each other by up to 4 %.
-- chart: none
SELECT
    decision_year, measure, category AS of_category, published AS published_share, source, as_of AS year_of_publication,
    letters, items, ours AS our_share, ours_low AS our_share_low, ours_high AS our_share_high, note AS why_not_compared
FROM marts.published_comparison
WHERE measure <> 'letters decided'
    AND decision_year IN (SELECT decision_year FROM marts.item_outcomes_by_year)
    AND ($year IS NULL OR decision_year = $year)
ORDER BY decision_year, measure, of_category
