-- title: Outcome of whole letters by year
-- read: A letter is partially overturned where some of its items are overturned and some upheld. These figures count letters, not items.
-- chart: none
SELECT
    figures.decision_year, figures.letters, figures.letters_upheld, figures.letters_partially_overturned,
    figures.letters_overturned, figures.letters_without_items,
    figures.share_of_letters_upheld, figures.share_of_letters_upheld_low, figures.share_of_letters_upheld_high,
    figures.share_of_letters_partially_overturned, figures.share_of_letters_partially_overturned_low, figures.share_of_letters_partially_overturned_high,
    figures.share_of_letters_overturned, figures.share_of_letters_overturned_low, figures.share_of_letters_overturned_high,
    figures.note, loaded.share_of_published_letters
FROM marts.letter_outcomes_by_year AS figures
LEFT JOIN marts.published_totals AS loaded ON loaded.decision_year = figures.decision_year
WHERE $year IS NULL OR figures.decision_year = $year
ORDER BY figures.decision_year
