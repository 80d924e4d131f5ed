-- Which items are overturned in letters that uphold others: items of partially overturned letters by category, beside those of all other letters.
-- view: two passes over items (0.6 s at 2 million letters)
-- column category: The state's category, null where unknown
-- column subcategory: The state's subcategory, for drugs the class
-- column items: Items of partially overturned letters
-- column overturned: Those of them that are overturned
-- column overturn_rate: overturned / items, null where there are none
-- column items_elsewhere: Items of all other letters
-- column overturned_elsewhere: Those of them that are overturned
-- column overturn_rate_elsewhere: Overturn rate of the same category in all other letters, null where there are none
-- column letters: Partially overturned letters with such items
WITH counted AS (
    SELECT
        category,
        subcategory,
        count(*) FILTER (letter_outcome = 'partially overturned') AS items,
        count(*) FILTER (letter_outcome = 'partially overturned' AND is_overturned) AS overturned,
        count(*) FILTER (letter_outcome <> 'partially overturned') AS items_elsewhere,
        count(*) FILTER (letter_outcome <> 'partially overturned' AND is_overturned) AS overturned_elsewhere
    FROM marts.items
    GROUP BY category, subcategory
),
partly AS (
    SELECT category, subcategory, count(DISTINCT determination_id) AS letters
    FROM marts.items
    WHERE letter_outcome = 'partially overturned'
    GROUP BY category, subcategory
)
SELECT
    counted.category,
    counted.subcategory,
    counted.items,
    counted.overturned,
    counted.overturned / nullif(counted.items, 0) AS overturn_rate,
    counted.items_elsewhere,
    counted.overturned_elsewhere,
    counted.overturned_elsewhere / nullif(counted.items_elsewhere, 0) AS overturn_rate_elsewhere,
    coalesce(partly.letters, 0) AS letters
FROM counted
LEFT JOIN partly
    ON partly.category IS NOT DISTINCT FROM counted.category
    AND partly.subcategory IS NOT DISTINCT FROM counted.subcategory
ORDER BY counted.overturned DESC, counted.category, counted.subcategory
