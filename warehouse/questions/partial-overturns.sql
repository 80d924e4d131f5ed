-- Which items drive partially overturned cases?
-- reading: Items of cases in which some items are overturned and some upheld. share_of_overturned tells which categories
-- reading: bring the overturned ones; overturn_rate_elsewhere is the rate of the same category in all other cases.
SELECT
    category,
    subcategory,
    count(DISTINCT determination_id) FILTER (letter_outcome = 'partially overturned') AS letters,
    count(*) FILTER (letter_outcome = 'partially overturned') AS items,
    count(*) FILTER (letter_outcome = 'partially overturned' AND is_overturned) AS overturned,
    count(*) FILTER (letter_outcome = 'partially overturned' AND is_overturned)
        / sum(count(*) FILTER (letter_outcome = 'partially overturned' AND is_overturned)) OVER ()
        AS share_of_overturned,
    avg(is_overturned::INT) FILTER (letter_outcome = 'partially overturned') AS overturn_rate,
    count(*) FILTER (letter_outcome <> 'partially overturned') AS items_elsewhere,
    avg(is_overturned::INT) FILTER (letter_outcome <> 'partially overturned') AS overturn_rate_elsewhere
FROM marts.items
WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
GROUP BY category, subcategory
HAVING items > 0
ORDER BY overturned DESC, items DESC, category, subcategory
