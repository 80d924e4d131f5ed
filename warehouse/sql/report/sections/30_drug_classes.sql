-- title: Drugs by class
-- read: Drug items by the class of their first drug; a blank class is that of a drug that no table knows.
-- chart: rates drug_class
WITH by_letter AS (
    SELECT
        subcategory AS drug_class,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y,
        count(*) FILTER (is_compound) AS compounds
    FROM marts.items
    WHERE is_drug AND ($year IS NULL OR decision_year = $year)
    GROUP BY subcategory, determination_id
)
SELECT
    drug_class,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(n) / sum(sum(n)) OVER () AS share_of_drug_items,
    sum(compounds)::BIGINT AS compound_items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY drug_class
ORDER BY items DESC, drug_class
