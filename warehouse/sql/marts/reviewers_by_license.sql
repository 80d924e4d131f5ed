-- Disputed items by whether California is among the states that license the reviewer.
-- view: one pass over letters (0.1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column is_california_licensed: California is among the reviewer's states, null where the letter states none
-- column items: Disputed items
-- column share_of_items: items / all items of the year, those without a stated license included
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items
-- column letters: Letters of these items
SELECT
    decision_year,
    is_california_licensed,
    sum(items)::BIGINT AS items,
    sum(items) / sum(sum(items)) OVER (PARTITION BY decision_year) AS share_of_items,
    sum(overturned)::BIGINT AS overturned,
    sum(overturned) / sum(items) AS overturn_rate,
    count(*) AS letters
FROM marts.letters AS letter
WHERE items > 0
GROUP BY decision_year, is_california_licensed
ORDER BY decision_year, is_california_licensed
