-- Letters loaded against the letters that the state or CWCI published as decided in each year.
-- view: counts letters by year (0.1 s at 2 million letters)
-- column decision_year: Year of the decision
-- column letters: Letters loaded that were decided in the year
-- column published_letters: Letters decided in the year by the published count, null where none is at hand
-- column share_of_published_letters: letters / published_letters; sources differ from each other by up to 4 %
-- column source: Who published the count
-- column as_of: Year of the publication
WITH published (decision_year, published_letters, source, as_of) AS (
    -- Figures read in the source or quoted from it. The annual reports are those on independent medical review.
    VALUES
        (2014, 143840, 'Division of Workers'' Compensation, as quoted in the press', 2018),
        (2015, 165496, 'Division of Workers'' Compensation, as quoted in the press', 2018),
        (2016, 175963, 'Division of Workers'' Compensation, as quoted in the press', 2018),
        (2017, 172145, 'Division of Workers'' Compensation, as quoted in the press', 2018),
        (2020, 136740, 'Division of Workers'' Compensation, as quoted in the press', 2021),
        (2021, 133494, 'California Workers'' Compensation Institute', 2022),
        (2022, 127215, 'California Workers'' Compensation Institute', 2023),
        (2023, 130774, 'Division of Workers'' Compensation, annual report', 2024),
        (2024, 141621, 'Division of Workers'' Compensation, annual report', 2025)
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
