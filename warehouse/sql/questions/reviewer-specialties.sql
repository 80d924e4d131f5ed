-- Which specialties decide, how often do they overturn, and do they fit the treatment?
-- reading: An item counts under each specialty of its reviewer: do not add up rows. A row without a specialty holds items
-- reading: whose letter names none that a code table knows. items_fitting: one of the reviewer's specialties is among
-- reading: those that codes.specialty_fits has for the treatment, a judgement that everyone may read and change there;
-- reading: items_judged are those for which it has any. expected_overturn_rate is what the rate would be if each item
-- reading: were overturned as often as all items of its category and subcategory.
WITH chosen AS (
    SELECT specialties
    FROM marts.letters
    WHERE items > 0 AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
cases AS (
    SELECT specialty, count(*) AS letters
    FROM (SELECT unnest(CASE WHEN len(specialties) > 0 THEN specialties ELSE [NULL] END) AS specialty FROM chosen)
    GROUP BY specialty
),
judged AS (
    SELECT
        unnest(CASE WHEN len(specialties) > 0 THEN specialties ELSE [NULL] END) AS specialty,
        category,
        subcategory,
        is_overturned,
        is_fitting_specialty
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
counted AS (
    SELECT
        specialty,
        category,
        subcategory,
        count(*) AS items,
        count(*) FILTER (is_overturned) AS overturned,
        count(is_fitting_specialty) AS items_judged,
        count(*) FILTER (is_fitting_specialty) AS items_fitting
    FROM judged
    GROUP BY specialty, category, subcategory
),
told AS (
    -- Without dates the counts of all are there already.
    SELECT category, subcategory, items, overturned
    FROM marts.outcomes_by_category
    WHERE $from IS NULL AND $to IS NULL
    UNION ALL
    SELECT category, subcategory, 1, is_overturned::INT
    FROM marts.items
    WHERE ($from IS NOT NULL OR $to IS NOT NULL)
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
treated AS (
    SELECT category, subcategory, sum(overturned) / sum(items) AS overturn_rate
    FROM told
    GROUP BY category, subcategory
)
SELECT
    counted.specialty,
    any_value(cases.letters) AS letters,
    any_value(cases.letters) / (SELECT count(*) FROM chosen) AS share_of_letters,
    sum(counted.items)::BIGINT AS items,
    sum(counted.overturned)::BIGINT AS overturned,
    sum(counted.overturned) / sum(counted.items) AS overturn_rate,
    sum(counted.items * treated.overturn_rate) / sum(counted.items) AS expected_overturn_rate,
    sum(counted.items_judged)::BIGINT AS items_judged,
    sum(counted.items_fitting)::BIGINT AS items_fitting,
    sum(counted.items_fitting) / nullif(sum(counted.items_judged), 0) AS share_fitting
FROM counted
JOIN cases ON cases.specialty IS NOT DISTINCT FROM counted.specialty
JOIN treated
    ON treated.category IS NOT DISTINCT FROM counted.category
    AND treated.subcategory IS NOT DISTINCT FROM counted.subcategory
GROUP BY counted.specialty
ORDER BY sum(counted.items) DESC, counted.specialty
