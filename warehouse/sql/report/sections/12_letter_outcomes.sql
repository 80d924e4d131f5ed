-- title: Outcome of whole letters by year
-- read: A letter is partially overturned where some of its items are overturned and some upheld. These figures count letters, not items.
-- chart: none
SELECT
    decision_year, letters, letters_upheld, letters_partially_overturned, letters_overturned, share_of_letters_upheld,
    share_of_letters_partially_overturned, share_of_letters_overturned, letters_without_items
FROM marts.letter_outcomes_by_year
WHERE $year IS NULL OR decision_year = $year
ORDER BY decision_year
