-- Outcome of whole letters (cases) by year of decision.
-- view: one pass over letters (0.1 s at 2 million letters)
-- column decision_year: Year of the decision, null for letters that state no date
-- column letters: Letters with at least one disputed item
-- column letters_upheld: Letters all of whose items are upheld
-- column letters_partially_overturned: Letters some of whose items are overturned and some upheld
-- column letters_overturned: Letters all of whose items are overturned
-- column share_of_letters_upheld: letters_upheld / letters
-- column share_of_letters_partially_overturned: letters_partially_overturned / letters
-- column share_of_letters_overturned: letters_overturned / letters
-- column letters_without_items: Letters in which no disputed item was found; in none of the other columns
SELECT
    decision_year,
    count(outcome) AS letters,
    count(*) FILTER (outcome = 'upheld') AS letters_upheld,
    count(*) FILTER (outcome = 'partially overturned') AS letters_partially_overturned,
    count(*) FILTER (outcome = 'overturned') AS letters_overturned,
    letters_upheld / nullif(letters, 0) AS share_of_letters_upheld,
    letters_partially_overturned / nullif(letters, 0) AS share_of_letters_partially_overturned,
    letters_overturned / nullif(letters, 0) AS share_of_letters_overturned,
    count(*) FILTER (outcome IS NULL) AS letters_without_items
FROM marts.letters AS letter
GROUP BY decision_year
ORDER BY decision_year
