-- title: Drugs by class
-- read: Drug items by the class of their first drug; a blank class is that of a drug that no table knows.
-- chart: rates drug_class
SELECT
    drug_class, sum(items) AS items, sum(overturned) AS overturned, sum(overturned) / sum(items) AS overturn_rate,
    sum(compound_items) AS compound_items
FROM marts.drugs_by_class
WHERE $year IS NULL OR decision_year = $year
GROUP BY drug_class
ORDER BY items DESC, drug_class
