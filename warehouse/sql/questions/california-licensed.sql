-- Do reviewers who are licensed in California decide otherwise than those who are licensed elsewhere only?
-- reading: One row each for yes and no, and one without a value for letters that state no licence. A reviewer with
-- reading: licences of several states, California among them, counts as licensed in California.
-- reading: expected_overturn_rate is what the rate would be if each item were overturned as often as all items of its
-- reading: category and subcategory: the mix of these does not explain a difference from it.
WITH cases AS (
    SELECT is_california_licensed, count(*) AS letters
    FROM marts.letters
    WHERE items > 0 AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY is_california_licensed
),
counted AS (
    SELECT
        is_california_licensed,
        category,
        subcategory,
        count(*) AS items,
        count(*) FILTER (is_overturned) AS overturned
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY is_california_licensed, category, subcategory
),
compared AS (
    SELECT
        *,
        items * sum(overturned) OVER treatments / sum(items) OVER treatments AS expected
    FROM counted
    WINDOW treatments AS (PARTITION BY category, subcategory)
)
SELECT
    compared.is_california_licensed,
    any_value(cases.letters) AS letters,
    any_value(cases.letters) / (SELECT sum(letters) FROM cases) AS share_of_letters,
    sum(compared.items)::BIGINT AS items,
    sum(compared.overturned)::BIGINT AS overturned,
    sum(compared.overturned) / sum(compared.items) AS overturn_rate,
    sum(compared.expected) / sum(compared.items) AS expected_overturn_rate
FROM compared
JOIN cases ON cases.is_california_licensed IS NOT DISTINCT FROM compared.is_california_licensed
GROUP BY compared.is_california_licensed
ORDER BY compared.is_california_licensed DESC NULLS LAST
