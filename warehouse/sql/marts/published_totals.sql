-- Letters loaded against the letters that the state or CWCI published as decided in each year.
-- table: computed from all letters; joins codes.published_figures to the letters of each year
-- column decision_year: Year of the decision
-- column letters: Letters loaded that were decided in the year
-- column published_letters: Letters decided in the year by the published count, null where none is at hand
-- column share_of_published_letters: letters / published_letters; sources differ from each other by up to 4 %
-- column source: Who published the count
-- column as_of: Year of the publication
WITH published AS (
    SELECT year::INTEGER AS decision_year, published::INTEGER AS published_letters, source, as_of::INTEGER AS as_of
    FROM codes.published_figures
    WHERE measure = 'letters decided'
),
loaded AS (
    SELECT decision_year, count(*) AS letters FROM marts.letters WHERE decision_year IS NOT NULL GROUP BY decision_year
)
SELECT
    coalesce(loaded.decision_year, published.decision_year) AS decision_year,
    coalesce(loaded.letters, 0) AS letters,
    published.published_letters,
    coalesce(loaded.letters, 0) / published.published_letters AS share_of_published_letters,
    published.source,
    published.as_of
FROM loaded
FULL JOIN published ON published.decision_year = loaded.decision_year
ORDER BY decision_year
