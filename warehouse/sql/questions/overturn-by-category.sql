-- How often is a denial overturned, by category and subcategory?
-- reading: Rates are per disputed item, as the state counts. The subcategory of a drug is its class. A row without a
-- reading: category holds items with no word that a code table knows. Rates of few items say little: read items first.
SELECT
    category,
    subcategory,
    cwci_category,
    count(*) AS items,
    count(*) / sum(count(*)) OVER () AS share_of_items,
    count(*) FILTER (is_overturned) AS overturned,
    avg(is_overturned::INT) AS overturn_rate
FROM marts.items
WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
GROUP BY category, subcategory, cwci_category
ORDER BY category, subcategory
