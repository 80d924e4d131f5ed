-- How many letters and disputed items are decided each month, and how do the cases end?
-- reading: A letter is a case and holds one or more disputed items. Upheld means that the denial stands. A case is
-- reading: partially overturned where some of its items are overturned and some upheld; letters in which no item was
-- reading: found have no outcome. The row without a month holds letters without a decision date.
SELECT
    decision_month,
    count(*) AS letters,
    sum(items)::BIGINT AS items,
    sum(items) / count(*) AS items_per_letter,
    count(*) FILTER (items > 1) / count(*) AS share_of_letters_with_several,
    count(*) FILTER (outcome = 'upheld') AS letters_upheld,
    count(*) FILTER (outcome = 'partially overturned') AS letters_partially_overturned,
    count(*) FILTER (outcome = 'overturned') AS letters_overturned,
    sum(overturned)::BIGINT AS overturned,
    sum(overturned) / nullif(sum(items), 0) AS overturn_rate
FROM marts.letters
WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
GROUP BY decision_month
ORDER BY decision_month
