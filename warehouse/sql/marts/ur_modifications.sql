-- Items of which utilization review authorized a part, against outright denials, by category and year.
-- table: computed from all letters; intervals need the items of each letter (1 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column category: The state's category, null where unknown
-- column items: Disputed items
-- column modified: Items of which a part or a lesser quantity was authorized
-- column share_modified: modified / items, null under 5 letters
-- column modified_overturned: Modified items whose denial of the rest is overturned
-- column modified_overturn_rate: modified_overturned / modified, null under 5 letters
-- column denied: Items that were denied outright
-- column denied_overturned: Items denied outright whose denial is overturned
-- column denied_overturn_rate: denied_overturned / denied, null under 5 letters
-- column letters: Letters with such items
-- column share_modified_low: Lower end of the 95 % interval of share_modified
-- column share_modified_high: Upper end of the 95 % interval of share_modified
-- column modified_letters: Letters with modified items
-- column modified_overturn_rate_low: Lower end of the 95 % interval of modified_overturn_rate
-- column modified_overturn_rate_high: Upper end of the 95 % interval of modified_overturn_rate
-- column denied_letters: Letters with items that were denied outright
-- column denied_overturn_rate_low: Lower end of the 95 % interval of denied_overturn_rate
-- column denied_overturn_rate_high: Upper end of the 95 % interval of denied_overturn_rate
-- column note: How far to trust the rates, by the fewer of modified_letters and denied_letters (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH by_letter AS (
    SELECT
        decision_year,
        category,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_modified) AS modified_n,
        count(*) FILTER (is_modified AND is_overturned) AS modified_y,
        count(*) FILTER (NOT is_modified) AS denied_n,
        count(*) FILTER (NOT is_modified AND is_overturned) AS denied_y
    FROM marts.items
    GROUP BY decision_year, category, determination_id
)
SELECT
    decision_year,
    category,
    sum(n)::BIGINT AS items,
    sum(modified_n)::BIGINT AS modified,
    share(n, modified_n) AS share_modified,
    sum(modified_y)::BIGINT AS modified_overturned,
    share(modified_n, modified_y) AS modified_overturn_rate,
    sum(denied_n)::BIGINT AS denied,
    sum(denied_y)::BIGINT AS denied_overturned,
    share(denied_n, denied_y) AS denied_overturn_rate,
    count(*) AS letters,
    share_low(n, modified_n, max(rho)) AS share_modified_low,
    share_high(n, modified_n, max(rho)) AS share_modified_high,
    count(*) FILTER (modified_n > 0) AS modified_letters,
    share_low(modified_n, modified_y, max(rho)) AS modified_overturn_rate_low,
    share_high(modified_n, modified_y, max(rho)) AS modified_overturn_rate_high,
    count(*) FILTER (denied_n > 0) AS denied_letters,
    share_low(denied_n, denied_y, max(rho)) AS denied_overturn_rate_low,
    share_high(denied_n, denied_y, max(rho)) AS denied_overturn_rate_high,
    letters_note(least(count(*) FILTER (modified_n > 0), count(*) FILTER (denied_n > 0))) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY decision_year, category
ORDER BY decision_year, items DESC, category
