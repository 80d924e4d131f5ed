-- Which items are overturned in letters that uphold others: items of partially overturned letters by category, beside those of all other letters.
-- adds up
-- column category: The state's category, null where unknown
-- column subcategory: The state's subcategory, for drugs the class
-- column items: Items of partially overturned letters
-- column overturned: Those of them that are overturned
-- column overturn_rate: overturned / items, null where there are none
-- column items_elsewhere: Items of all other letters
-- column overturned_elsewhere: Those of them that are overturned
-- column overturn_rate_elsewhere: Overturn rate of the same category in all other letters, null where there are none
-- column letters: Partially overturned letters with such items
SELECT
    category,
    subcategory,
    count(*) FILTER (letter_outcome = 'partially overturned') AS items,
    count(*) FILTER (letter_outcome = 'partially overturned' AND is_overturned) AS overturned,
    overturned / nullif(items, 0) AS overturn_rate,
    count(*) FILTER (letter_outcome <> 'partially overturned') AS items_elsewhere,
    count(*) FILTER (letter_outcome <> 'partially overturned' AND is_overturned) AS overturned_elsewhere,
    overturned_elsewhere / nullif(items_elsewhere, 0) AS overturn_rate_elsewhere,
    count(DISTINCT determination_id) FILTER (letter_outcome = 'partially overturned') AS letters
FROM marts.items AS item
GROUP BY category, subcategory
ORDER BY overturned DESC, category, subcategory
