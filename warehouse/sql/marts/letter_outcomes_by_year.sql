-- Outcome of whole letters (cases) by year of decision.
-- table: computed from all letters (0.2 s at 2 million letters); its intervals are macros, which no view under another catalog finds
-- column decision_year: Year of the decision, null for letters that state no date
-- column letters: Letters with at least one disputed item
-- column letters_upheld: Letters all of whose items are upheld
-- column letters_partially_overturned: Letters some of whose items are overturned and some upheld
-- column letters_overturned: Letters all of whose items are overturned
-- column share_of_letters_upheld: letters_upheld / letters, null under 5 letters
-- column share_of_letters_upheld_low: Lower end of its 95 % interval
-- column share_of_letters_upheld_high: Upper end of its 95 % interval
-- column share_of_letters_partially_overturned: letters_partially_overturned / letters, null under 5 letters
-- column share_of_letters_partially_overturned_low: Lower end of its 95 % interval
-- column share_of_letters_partially_overturned_high: Upper end of its 95 % interval
-- column share_of_letters_overturned: letters_overturned / letters, null under 5 letters
-- column share_of_letters_overturned_low: Lower end of its 95 % interval
-- column share_of_letters_overturned_high: Upper end of its 95 % interval
-- column note: How far to trust the shares (under 5 letters: none; few letters: under 20), null from 20 letters on
-- column letters_without_items: Letters in which no disputed item was found; in none of the other columns
WITH letters AS (
    SELECT
        decision_year,
        (outcome IS NOT NULL)::INTEGER AS n,
        coalesce(outcome = 'upheld', false)::INTEGER AS upheld,
        coalesce(outcome = 'partially overturned', false)::INTEGER AS partial,
        coalesce(outcome = 'overturned', false)::INTEGER AS overturned
    FROM marts.letters
)
SELECT
    decision_year,
    sum(n)::BIGINT AS letters,
    sum(upheld)::BIGINT AS letters_upheld,
    sum(partial)::BIGINT AS letters_partially_overturned,
    sum(overturned)::BIGINT AS letters_overturned,
    share(n, upheld) AS share_of_letters_upheld,
    share_low(n, upheld, 0.0) AS share_of_letters_upheld_low,
    share_high(n, upheld, 0.0) AS share_of_letters_upheld_high,
    share(n, partial) AS share_of_letters_partially_overturned,
    share_low(n, partial, 0.0) AS share_of_letters_partially_overturned_low,
    share_high(n, partial, 0.0) AS share_of_letters_partially_overturned_high,
    share(n, overturned) AS share_of_letters_overturned,
    share_low(n, overturned, 0.0) AS share_of_letters_overturned_low,
    share_high(n, overturned, 0.0) AS share_of_letters_overturned_high,
    letters_note(sum(n)) AS note,
    sum(1 - n)::BIGINT AS letters_without_items
FROM letters
GROUP BY decision_year
ORDER BY decision_year
