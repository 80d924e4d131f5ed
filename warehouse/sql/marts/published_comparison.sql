-- Figures that the state and CWCI published, each beside ours where the populations are comparable, else with why not.
-- table: computed from all letters; intervals need the items of each letter (2 s at 2 million letters)
-- column decision_year: Year of the decisions
-- column measure: What is counted
-- column category: The state's category or drug class that it is of, null for all
-- column published: The published figure, a count or a share from 0 to 1
-- column source: Who published it, and where it was read
-- column as_of: Year of the publication
-- column letters: Letters that our figure is of, null where it is not compared
-- column items: Items that our figure is of, null where it is not compared
-- column ours: Our figure, null where the populations are not comparable
-- column ours_low: Lower end of its 95 % interval, null for counts
-- column ours_high: Upper end of its 95 % interval, null for counts
-- column note: Why our figure is not beside it; null where it is
WITH letters AS (
    SELECT
        decision_year,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y,
        count(*) FILTER (is_drug) AS drugs
    FROM marts.items
    WHERE decision_year IS NOT NULL
    GROUP BY decision_year, determination_id
),
categories AS (
    SELECT
        decision_year, category, determination_id, count(*) AS n, count(*) FILTER (is_overturned) AS y
    FROM marts.items
    WHERE decision_year IS NOT NULL AND category IN (SELECT service FROM codes.published_figures)
    GROUP BY decision_year, category, determination_id
),
classes AS (
    SELECT decision_year, subcategory AS category, determination_id, count(*) AS n
    FROM marts.items
    WHERE decision_year IS NOT NULL AND is_drug AND subcategory IN (SELECT service FROM codes.published_figures)
    GROUP BY decision_year, subcategory, determination_id
),
shares AS (
    SELECT
        'overturn rate of treatment requests' AS measure, decision_year, NULL AS category, determination_id, n, y
    FROM letters
    UNION ALL
    SELECT 'overturn rate of treatment requests', decision_year, category, determination_id, n, y
    FROM categories
    UNION ALL
    SELECT
        'share of treatment requests',
        letters.decision_year,
        named.category,
        letters.determination_id,
        letters.n,
        coalesce(categories.n, 0)
    FROM letters
    CROSS JOIN (SELECT DISTINCT service AS category FROM codes.published_figures WHERE measure = 'share of treatment requests') AS named
    LEFT JOIN categories
        ON categories.determination_id = letters.determination_id AND categories.category = named.category
    UNION ALL
    SELECT
        'share of drug requests',
        letters.decision_year,
        named.category,
        letters.determination_id,
        letters.drugs,
        coalesce(classes.n, 0)
    FROM letters
    CROSS JOIN (SELECT DISTINCT service AS category FROM codes.published_figures WHERE measure = 'share of drug requests') AS named
    LEFT JOIN classes ON classes.determination_id = letters.determination_id AND classes.category = named.category
    WHERE letters.drugs > 0
),
ours AS (
    SELECT
        measure,
        decision_year,
        category,
        count(*) AS letters,
        sum(n)::BIGINT AS items,
        share(n, y) AS value,
        share_low(n, y, max(rho)) AS low,
        share_high(n, y, max(rho)) AS high
    FROM shares
    CROSS JOIN marts.item_correlation
    GROUP BY measure, decision_year, category
    UNION ALL
    SELECT
        'share of letters with several requests',
        decision_year,
        NULL,
        count(*),
        sum(n)::BIGINT,
        share(1, (n > 1)::INTEGER),
        share_low(1, (n > 1)::INTEGER, 0.0),
        share_high(1, (n > 1)::INTEGER, 0.0)
    FROM letters
    GROUP BY decision_year
    UNION ALL
    SELECT 'letters decided', decision_year, NULL, letters, NULL, letters, NULL, NULL
    FROM marts.published_totals
),
compared AS (
    SELECT
        figure.year::INTEGER AS decision_year,
        figure.measure,
        figure.service AS category,
        figure.published::DOUBLE AS published,
        figure.source,
        figure.as_of::INTEGER AS as_of,
        CASE
            WHEN figure.measure = 'letters decided' THEN NULL
            WHEN figure.measure = 'upheld rate of service decisions'
            THEN 'CWCI counts primary services by a rule that is not public'
            WHEN year.share_of_published_letters IS NULL THEN 'no published number of letters says how much of the year is loaded'
            WHEN year.share_of_published_letters NOT BETWEEN 0.9 AND 1.1
            THEN if(
                year.share_of_published_letters < 0.001,
                'under 0.1 % of the letters of the year are loaded, not 90 to 110 %',
                format('{:.1f} % of the letters of the year are loaded, not 90 to 110 %', 100 * year.share_of_published_letters)
            )
        END AS note
    FROM codes.published_figures AS figure
    LEFT JOIN marts.published_totals AS year ON year.decision_year = figure.year::INTEGER
)
SELECT
    compared.decision_year,
    compared.measure,
    compared.category,
    compared.published,
    compared.source,
    compared.as_of,
    CASE WHEN compared.note IS NULL THEN ours.letters END AS letters,
    CASE WHEN compared.note IS NULL THEN ours.items END AS items,
    CASE WHEN compared.note IS NULL THEN ours.value END AS ours,
    CASE WHEN compared.note IS NULL THEN ours.low END AS ours_low,
    CASE WHEN compared.note IS NULL THEN ours.high END AS ours_high,
    compared.note
FROM compared
LEFT JOIN ours
    ON ours.measure = compared.measure
    AND ours.decision_year = compared.decision_year
    AND ours.category IS NOT DISTINCT FROM compared.category
ORDER BY compared.decision_year, compared.measure, compared.category
