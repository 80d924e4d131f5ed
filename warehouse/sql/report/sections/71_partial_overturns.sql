-- title: What drives partially overturned letters
-- read: Items of letters that overturn some items and uphold others, and how often the same subcategory is overturned in all other letters. All years.
-- chart: none
SELECT category, subcategory, items, overturned, overturn_rate, overturn_rate_elsewhere, letters
FROM marts.partial_overturns
WHERE items > 0
ORDER BY overturned DESC, items DESC, category, subcategory
