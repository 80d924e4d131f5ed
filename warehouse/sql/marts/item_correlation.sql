-- How alike the outcomes of items of one letter are: one row, which the intervals of all rates use.
-- table: computed from all letters; intervals need the items of each letter (1 s at 2 million letters)
-- column rho: Correlation of the outcomes of two items of one letter and category, from 0 (as if of two letters) to 1 (always alike)
WITH by_letter AS (
    SELECT category, determination_id, count(*) AS n, count(*) FILTER (is_overturned) AS y
    FROM marts.items
    GROUP BY category, determination_id
),
cells AS (
    SELECT category, correlation_above(n, y) AS above, correlation_below(n, y) AS below
    FROM by_letter
    GROUP BY category
)
SELECT correlation(above, below) AS rho
FROM cells
