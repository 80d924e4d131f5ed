SELECT
    (SELECT count(*) FROM main.determinations WHERE $year IS NULL OR year(decision_date) = $year) AS letters,
    (SELECT count(*) FROM marts.items WHERE $year IS NULL OR decision_year = $year) AS items,
    (SELECT avg(is_overturned::INT) FROM marts.items WHERE $year IS NULL OR decision_year = $year) AS overturn_rate,
    (SELECT min(decision_date) FROM main.determinations WHERE $year IS NULL OR year(decision_date) = $year) AS first_decision,
    (SELECT max(decision_date) FROM main.determinations WHERE $year IS NULL OR year(decision_date) = $year) AS last_decision,
    (SELECT count(*) FROM main.determinations WHERE decision_date IS NULL) AS letters_without_date,
    (SELECT count(*) FROM main.letter_files WHERE status <> 'loaded') AS files_not_loaded,
    strftime(build.built_at, '%Y-%m-%d %H:%M') AS built_at,
    build.built_at::VARCHAR AS build,
    build.imr_etl_version AS version,
    build.parser_version AS parser_version
FROM main.build
