-- Disputed items by whether California is among the states that license the reviewer.
-- adds up
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column is_california_licensed: California is among the reviewer's states, null where the letter states none
-- column items: Disputed items
-- column share_of_items: items / all items of the year, those without a stated licence included
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column letters: Letters of these items
SELECT
    decision_year,
    is_california_licensed,
    count(*) AS items,
    items / sum(items) OVER (PARTITION BY decision_year) AS share_of_items,
    count(*) FILTER (is_overturned) AS overturned,
    overturned / items AS overturn_rate,
    count(DISTINCT determination_id) AS letters
FROM marts.items AS item
GROUP BY decision_year, is_california_licensed
ORDER BY decision_year, is_california_licensed
