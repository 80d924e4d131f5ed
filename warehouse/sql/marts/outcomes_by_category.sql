-- Disputed items and overturn rate by the state's category and subcategory and the year of decision.
-- table: computed from all letters; intervals need the items of each letter (1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column category: The state's category, null for items of unknown category
-- column subcategory: The state's subcategory, for drugs the class of the item's first drug
-- column cwci_category: Category as the California Workers' Compensation Institute divides treatments
-- column items: Disputed items
-- column share_of_items: items / all items of the year, those of unknown category included
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        decision_year,
        category,
        subcategory,
        determination_id,
        any_value(cwci_category) AS cwci_category,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    GROUP BY decision_year, category, subcategory, determination_id
)
SELECT
    decision_year,
    category,
    subcategory,
    any_value(cwci_category) AS cwci_category,
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
GROUP BY decision_year, category, subcategory
ORDER BY decision_year, category, subcategory
