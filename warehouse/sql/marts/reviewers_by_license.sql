-- Disputed items by whether California is among the states that license the reviewer.
-- table: computed from all letters; intervals need the items of each letter (0.3 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column is_california_licensed: California is among the reviewer's states, null where the letter states none
-- column items: Disputed items
-- column share_of_items: items / all items of the year, those without a stated license included
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters of these items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT decision_year, is_california_licensed, items AS n, overturned AS y
    FROM marts.letters
    WHERE items > 0
)
SELECT
    decision_year,
    is_california_licensed,
    sum(n)::BIGINT AS items,
    sum(n) / sum(sum(n)) OVER (PARTITION BY decision_year) AS share_of_items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY decision_year, is_california_licensed
ORDER BY decision_year, is_california_licensed
