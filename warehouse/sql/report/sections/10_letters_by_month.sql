-- title: Letters decided by month
-- read: Letters and their disputed items by month of decision. Letters without a decision date are left out.
-- chart: timeline month letters items
SELECT starts AS month, letters, items, items_per_letter, letters_with_several, share_of_letters_with_several
FROM marts.letters_by_period
WHERE period = 'month' AND ($year IS NULL OR year(starts) = $year)
ORDER BY starts
