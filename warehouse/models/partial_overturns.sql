-- Which items are overturned in letters that uphold others: items of partially overturned letters by category.
-- column category: The state's category, null where unknown
-- column subcategory: The state's subcategory, for drugs the class
-- column items: Items of partially overturned letters
-- column overturned: Those of them that are overturned
-- column overturn_rate: overturned / items
-- column overturn_rate_elsewhere: Overturn rate of the same category in all other letters, null where there are none
-- column letters: Partially overturned letters with such items
SELECT
    category,
    subcategory,
    count(*) FILTER (letter_outcome = 'partially overturned') AS items,
    count(*) FILTER (letter_outcome = 'partially overturned' AND is_overturned) AS overturned,
    avg(is_overturned::INT) FILTER (letter_outcome = 'partially overturned') AS overturn_rate,
    avg(is_overturned::INT) FILTER (letter_outcome <> 'partially overturned') AS overturn_rate_elsewhere,
    count(DISTINCT determination_id) FILTER (letter_outcome = 'partially overturned') AS letters
FROM marts.items
GROUP BY category, subcategory
HAVING items > 0
ORDER BY overturned DESC, category, subcategory
