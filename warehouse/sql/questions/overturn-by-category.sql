-- How often is a denial overturned, by category and subcategory?
-- reading: Rates are per disputed item, as the state counts. The subcategory of a drug is its class. A row without a
-- reading: category holds items with no word that a code table knows; the last row holds all items. Letters with many
-- reading: items lose more often.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (1 s at 2 million letters)
WITH by_letter AS (
    SELECT
        false AS is_total,
        category,
        subcategory,
        any_value(cwci_category) AS cwci_category,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY category, subcategory, determination_id
    UNION ALL
    SELECT true, 'all items', NULL, NULL, items, overturned
    FROM marts.letters
    WHERE items > 0 AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
)
SELECT
    category,
    subcategory,
    any_value(cwci_category) AS cwci_category,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(n) / sum(sum(n)) FILTER (is_total) OVER () AS share_of_items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY is_total, category, subcategory
ORDER BY is_total, category, subcategory
