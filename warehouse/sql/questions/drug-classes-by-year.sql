-- Which drug classes are asked for and overturned in each year, and how much of the year is loaded?
-- reading: Every drug item counts once, under the class of its first drug; a row without a class holds items whose drug is
-- reading: not known, 'all drugs' all of them. share_of_published_letters is how many of the letters that were published as
-- reading: decided in the whole year are loaded, without a value where no count is at hand: a small share shows no trend.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts the items of each letter (1 s at 2 million letters)
WITH by_letter AS (
    SELECT
        decision_year,
        grouping(subcategory) = 1 AS is_total,
        if(grouping(subcategory) = 1, 'all drugs', subcategory) AS drug_class,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM marts.items
    WHERE is_drug AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY GROUPING SETS ((decision_year, subcategory, determination_id), (decision_year, determination_id))
),
figures AS (
    SELECT
        decision_year,
        is_total,
        drug_class,
        count(*) AS letters,
        sum(n)::BIGINT AS items,
        sum(n) / sum(sum(n)) FILTER (is_total) OVER (PARTITION BY decision_year) AS share_of_drug_items,
        sum(y)::BIGINT AS overturned,
        share(n, y) AS overturn_rate,
        share_low(n, y, max(rho)) AS overturn_rate_low,
        share_high(n, y, max(rho)) AS overturn_rate_high,
        letters_note(count(*)) AS note
    FROM by_letter
    CROSS JOIN marts.item_correlation
    GROUP BY decision_year, is_total, drug_class
)
SELECT
    figures.* EXCLUDE (is_total),
    loaded.share_of_published_letters
FROM figures
LEFT JOIN marts.published_totals AS loaded ON loaded.decision_year = figures.decision_year
ORDER BY figures.decision_year, figures.is_total, figures.items DESC, figures.drug_class
