-- Which specialties decide, how often do they overturn, and do they fit the treatment?
-- reading: An item counts under each specialty of its reviewer: do not add up rows. A row without a specialty holds items
-- reading: whose letter names none that a code table knows. items_fitting: one of the reviewer's specialties is among
-- reading: those that codes.specialty_fits has for the treatment, a judgement that everyone may read and change there;
-- reading: items_judged are those for which it has any. expected_overturn_rate is what the rate would be if each item
-- reading: were overturned as often as all items of its category and subcategory.
WITH chosen AS (
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
usual AS (
    SELECT category, subcategory, avg(is_overturned::INT) AS overturn_rate FROM chosen GROUP BY category, subcategory
),
reviewed AS (
    SELECT
        unnest(CASE WHEN len(chosen.specialties) > 0 THEN chosen.specialties ELSE [NULL] END) AS specialty,
        chosen.determination_id,
        chosen.is_overturned,
        chosen.is_fitting_specialty,
        usual.overturn_rate AS usual_overturn_rate
    FROM chosen
    JOIN usual
        ON usual.category IS NOT DISTINCT FROM chosen.category
        AND usual.subcategory IS NOT DISTINCT FROM chosen.subcategory
)
SELECT
    specialty,
    count(DISTINCT determination_id) AS letters,
    count(DISTINCT determination_id) / (SELECT count(DISTINCT determination_id) FROM chosen) AS share_of_letters,
    count(*) AS items,
    count(*) FILTER (is_overturned) AS overturned,
    avg(is_overturned::INT) AS overturn_rate,
    avg(usual_overturn_rate) AS expected_overturn_rate,
    count(is_fitting_specialty) AS items_judged,
    count(*) FILTER (is_fitting_specialty) AS items_fitting,
    count(*) FILTER (is_fitting_specialty) / nullif(count(is_fitting_specialty), 0) AS share_fitting
FROM reviewed
GROUP BY specialty
ORDER BY items DESC, specialty
