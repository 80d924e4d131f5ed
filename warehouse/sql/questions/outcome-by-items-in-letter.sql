-- How often is an item overturned, by how many items its letter disputes?
-- reading: In mean_rate_of_letters, the mean of each letter's own rate, a letter counts once, in overturn_rate as often
-- reading: as it has items. Letters with many items often dispute an operation with its services, which are decided alike.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
WITH letters AS (
    SELECT
        CASE WHEN items >= 10 THEN '10 and more' WHEN items >= 5 THEN '5 to 9' ELSE items::VARCHAR END AS items_in_letter,
        items AS n,
        overturned AS y
    FROM marts.letters
    WHERE items > 0 AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
by_letter AS (
    SELECT items_in_letter, n, y FROM letters
    UNION ALL
    SELECT 'any number', n, y FROM letters
)
SELECT
    items_in_letter,
    count(*) AS letters,
    count(*) / (SELECT count(*) FROM letters) AS share_of_letters,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    CASE WHEN count(*) >= 5 THEN avg(y / n) END AS mean_rate_of_letters,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY items_in_letter
ORDER BY items_in_letter = 'any number', min(n), items_in_letter
