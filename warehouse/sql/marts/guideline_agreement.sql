-- Whether utilization review and the reviewer rely on a guideline of one family, by year, with what became of the items.
-- table: computed from all letters; intervals need the items of each letter (1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column guideline_agreement: Same family, other family, only reviewer cites, only utilization review cites, neither cites; null where a text is missing or an unknown guideline might be the same
-- column items: Disputed items
-- column share_of_items: items / all items of the year
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        decision_year,
        guideline_agreement,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    GROUP BY decision_year, guideline_agreement, determination_id
)
SELECT
    decision_year,
    guideline_agreement,
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
GROUP BY decision_year, guideline_agreement
ORDER BY decision_year, items DESC, guideline_agreement
