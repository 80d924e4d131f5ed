-- The one place where SQL computes rates, their intervals and expected rates. Marts, questions and the report use these
-- macros; clients that open the file can use them too. imr_etl/intervals.py has the same interval in Python.
--
-- Items of one letter share a reviewer, so they say less than as many items of different letters. Each macro with the
-- arguments `n` and `y` is an aggregate over rows of one letter each: n items of the letter in the group, y of them that
-- count (overturned ones, say). Rows with n = 0 are left out.

-- The share that counts; null under 5 letters, where only counts are shown.
CREATE MACRO share(n, y) AS CASE WHEN count(*) FILTER (n > 0) >= 5 THEN sum(y) / sum(n) END;

-- What to say beside a share: nothing from 20 letters on.
CREATE MACRO letters_note(letters) AS CASE WHEN letters < 5 THEN 'under 5 letters' WHEN letters < 20 THEN 'few letters' END;

-- The sum over letters of the square of y - share * n.
CREATE MACRO squared_residuals(items, part, squares, products, part_squares) AS
    part_squares - 2 * part / items * products + (part / items) * (part / items) * squares;

-- How alike items of one letter are within a group: the numerator and denominator of `correlation`, to be summed over groups.
CREATE MACRO correlation_above(n, y) AS
    squared_residuals(sum(n), sum(y), sum(n * n), sum(n * y), sum(y * y)) - sum(y) * (1 - sum(y) / sum(n));
CREATE MACRO correlation_below(n, y) AS (sum(n * n) - sum(n)) * sum(y) / sum(n) * (1 - sum(y) / sum(n));
-- The last digits are rounded off: they depend on the order of the groups.
CREATE MACRO correlation(above, below) AS
    CASE WHEN sum(below) > 0 THEN greatest(0.0, least(1.0, round(sum(above) / sum(below), 12))) ELSE 0.0 END;

-- A macro repeats its argument wherever it names it. `list_transform` over a list of one value computes a long argument
-- once, so that DuckDB plans a query with intervals in a third of the time.

-- The square of: the 97.5 % quantile of Student's t with df degrees of freedom, over that of the normal distribution.
CREATE MACRO _t_over_z_squared(df) AS list_transform(
    [df], lambda k: pow((1.959964 + (2.372271 + (2.822499 + (2.55585 + 1.589534 / k) / k) / k) / k) / 1.959964, 2)
)[1];

-- How many independent items would say as much: items, over the larger of the design effect that is observed (d1) and the
-- one that rho lets expect (d2), over the square of t / z.
CREATE MACRO effective_items(letters, items, part, residuals, squares, rho) AS
    items
    / greatest(
        1.0,
        CASE
            WHEN part > 0 AND part < items
            THEN letters / (letters - 1) * residuals / (part * (1 - part / items))
            ELSE 1.0
        END,
        1 + (squares / items - 1) * rho
    )
    / _t_over_z_squared(letters - 1);

-- The ends of Wilson's 95 % interval of a share of so many independent items; 3.841458881296 is the square of 1.959964.
CREATE MACRO wilson_low(share, items) AS list_transform([{p: share, n: items}], lambda x: greatest(
    0.0,
    (x.p + 3.841458881296 / (2 * x.n) - 1.959964 * sqrt(x.p * (1 - x.p) / x.n + 3.841458881296 / (4 * x.n * x.n)))
    / (1 + 3.841458881296 / x.n)
))[1];
CREATE MACRO wilson_high(share, items) AS list_transform([{p: share, n: items}], lambda x: least(
    1.0,
    (x.p + 3.841458881296 / (2 * x.n) + 1.959964 * sqrt(x.p * (1 - x.p) / x.n + 3.841458881296 / (4 * x.n * x.n)))
    / (1 + 3.841458881296 / x.n)
))[1];

CREATE MACRO _effective(n, y, rho) AS effective_items(
    count(*) FILTER (n > 0),
    sum(n),
    sum(y),
    squared_residuals(sum(n), sum(y), sum(n * n), sum(n * y), sum(y * y)),
    sum(n * n),
    rho
);

-- The ends of the 95 % interval of `share(n, y)`; rho is the one of marts.item_correlation.
CREATE MACRO share_low(n, y, rho) AS
    CASE WHEN count(*) FILTER (n > 0) >= 5 THEN wilson_low(sum(y) / sum(n), _effective(n, y, rho)) END;
CREATE MACRO share_high(n, y, rho) AS
    CASE WHEN count(*) FILTER (n > 0) >= 5 THEN wilson_high(sum(y) / sum(n), _effective(n, y, rho)) END;

-- What rates groups would have if each of their items were overturned as often as the other items of its category and
-- subcategory, those of the group itself left out. `counted` and `cells` are names of tables or of queries in WITH:
-- counted(value, determination_id, category, subcategory, n, y, is_alone) has a row per letter, treatment and value of
-- what groups are made by; is_alone: the letter has no items of the treatment in another group.
-- cells(category, subcategory, letters, items, overturned) has a row per treatment, each item counted once.
-- Treatments with fewer than 5 letters outside of the group, and items of unknown category, are not compared; both rates
-- are null where under 80 % of the group's items are compared.
CREATE MACRO expected_rates(counted, cells) AS TABLE
WITH groups AS (
    FROM query_table(counted)
),
own AS (
    SELECT value, category, subcategory, sum(n) AS n, sum(y) AS y, count(*) FILTER (is_alone) AS letters
    FROM groups
    WHERE category IS NOT NULL
    GROUP BY value, category, subcategory
),
compared AS (
    SELECT
        own.value,
        own.category,
        own.subcategory,
        -- A decimal: its sums do not depend on the order of the rows.
        ((cell.overturned - own.y) / (cell.items - own.n))::DECIMAL(16, 15) AS usual_rate
    FROM own
    JOIN query_table(cells) AS cell
        ON cell.category = own.category AND cell.subcategory IS NOT DISTINCT FROM own.subcategory
    WHERE cell.letters - own.letters >= 5
),
by_letter AS (
    SELECT
        groups.value,
        groups.determination_id,
        sum(groups.n)::BIGINT AS n,
        sum(groups.y)::BIGINT AS y,
        coalesce(sum(groups.n) FILTER (usual_rate IS NOT NULL), 0)::BIGINT AS compared_n,
        coalesce(sum(groups.y) FILTER (usual_rate IS NOT NULL), 0)::BIGINT AS compared_y,
        coalesce(sum(groups.n * usual_rate), 0) AS expected
    FROM groups
    LEFT JOIN compared
        ON compared.value IS NOT DISTINCT FROM groups.value
        AND compared.category = groups.category
        AND compared.subcategory IS NOT DISTINCT FROM groups.subcategory
    GROUP BY groups.value, groups.determination_id
)
SELECT
    value,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    sum(compared_n)::BIGINT AS items_compared,
    CASE WHEN sum(compared_n) >= 0.8 * sum(n) THEN share(compared_n, compared_y) END AS compared_overturn_rate,
    CASE WHEN sum(compared_n) >= 0.8 * sum(n) THEN share(compared_n, expected) END AS expected_overturn_rate,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY value;

-- What a question shows that compares groups: their rates and expected rates, and a last row of all items, each with its
-- share of all letters and items. `counted` is that of `expected_rates`, for decisions from `first_day` to `last_day`; null
-- sets no bound. Services of an operation that the same letter disputes are left out.
CREATE MACRO expected_rates_and_total(counted, first_day, last_day) AS TABLE
WITH cells AS (
    SELECT category, subcategory, count(*) AS letters, sum(items) AS items, sum(overturned) AS overturned
    FROM marts.service_decisions
    WHERE category IS NOT NULL
        AND (first_day IS NULL OR decision_date >= first_day) AND (last_day IS NULL OR decision_date <= last_day)
    GROUP BY category, subcategory
),
total AS (
    SELECT
        'all items' AS value,
        count(*) AS letters,
        sum(n)::BIGINT AS items,
        sum(y)::BIGINT AS overturned,
        share(n, y) AS overturn_rate,
        share_low(n, y, max(rho)) AS overturn_rate_low,
        share_high(n, y, max(rho)) AS overturn_rate_high,
        letters_note(count(*)) AS note
    FROM (
        SELECT items - ancillary_items AS n, overturned - ancillary_overturned AS y
        FROM marts.letters
        WHERE items > ancillary_items
            AND (first_day IS NULL OR decision_date >= first_day) AND (last_day IS NULL OR decision_date <= last_day)
    )
    CROSS JOIN marts.item_correlation
)
SELECT
    figures.value,
    figures.letters,
    figures.letters / total.letters AS share_of_letters,
    figures.items,
    figures.items / total.items AS share_of_items,
    figures.overturned,
    figures.overturn_rate,
    figures.overturn_rate_low,
    figures.overturn_rate_high,
    figures.items_compared,
    figures.compared_overturn_rate,
    figures.expected_overturn_rate,
    figures.note
FROM (
    FROM expected_rates(counted, 'cells')
    UNION ALL BY NAME
    FROM total
) AS figures
CROSS JOIN total;
