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
counted AS (
    SELECT
        specialties,
        category,
        subcategory,
        count(*) AS items,
        count(*) FILTER (is_overturned) AS overturned,
        count(is_fitting_specialty) AS items_judged,
        count(*) FILTER (is_fitting_specialty) AS items_fitting
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY specialties, category, subcategory
),
compared AS (
    SELECT
        unnest(CASE WHEN len(specialties) > 0 THEN specialties ELSE [NULL] END) AS specialty,
        * EXCLUDE (specialties),
        items * sum(overturned) OVER treatments / sum(items) OVER treatments AS expected
    FROM counted
    WINDOW treatments AS (PARTITION BY category, subcategory)
)
SELECT
    compared.specialty,
    any_value(cases.letters) AS letters,
    any_value(cases.letters) / (SELECT count(*) FROM chosen) AS share_of_letters,
    sum(compared.items)::BIGINT AS items,
    sum(compared.overturned)::BIGINT AS overturned,
    sum(compared.overturned) / sum(compared.items) AS overturn_rate,
    sum(compared.expected) / sum(compared.items) AS expected_overturn_rate,
    sum(compared.items_judged)::BIGINT AS items_judged,
    sum(compared.items_fitting)::BIGINT AS items_fitting,
    sum(compared.items_fitting) / nullif(sum(compared.items_judged), 0) AS share_fitting
FROM compared
JOIN cases ON cases.specialty IS NOT DISTINCT FROM compared.specialty
GROUP BY compared.specialty
ORDER BY sum(compared.items) DESC, compared.specialty
