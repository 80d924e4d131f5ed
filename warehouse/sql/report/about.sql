-- What the report, the front page and the page About say of the warehouse, or of one year of it: one row.
WITH letters AS (
    SELECT items, overturned, decision_date
    FROM marts.letters
    WHERE $year IS NULL OR decision_year = $year
),
figures AS (
    SELECT
        count(*) AS letters,
        coalesce(sum(items), 0)::BIGINT AS items,
        coalesce(sum(overturned), 0)::BIGINT AS overturned,
        share(items, overturned) AS overturn_rate,
        share_low(items, overturned, max(rho)) AS overturn_rate_low,
        share_high(items, overturned, max(rho)) AS overturn_rate_high,
        min(decision_date) AS first_decision,
        max(decision_date) AS last_decision
    FROM letters
    CROSS JOIN marts.item_correlation
),
loaded AS (
    -- Of the years whose number of letters is published.
    SELECT
        sum(letters) / sum(published_letters) AS share_of_published_letters,
        string_agg(decision_year::VARCHAR, ', ' ORDER BY decision_year) AS published_years
    FROM marts.published_totals
    WHERE letters > 0 AND published_letters IS NOT NULL AND ($year IS NULL OR decision_year = $year)
)
SELECT
    figures.*,
    loaded.*,
    (SELECT count(*) FROM marts.letters WHERE decision_date IS NULL) AS letters_without_date,
    (SELECT count(*) FROM main.letter_files WHERE status <> 'loaded') AS files_not_loaded,
    strftime(build.built_at, '%Y-%m-%d %H:%M') AS built_at,
    build.built_at::VARCHAR AS build,
    build.imr_etl_version AS version,
    build.parser_version AS parser_version
FROM main.build AS build
CROSS JOIN figures
CROSS JOIN loaded
