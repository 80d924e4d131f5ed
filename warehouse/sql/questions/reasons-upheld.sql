-- Why are denials upheld: which reasons do the rationales give?
-- reading: Upheld items that have a rationale; codes.rationale_reasons says what each reason covers. An item with several
-- reading: reasons counts under each: do not add up rows. 'none found' holds items in whose rationale no reason is known.
-- reading: share_of_items is of all upheld items with a rationale.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- parameter treatment: A treatment, drug, subcategory or category in any spelling, such as `PT`, `norco` or `Opioids`
-- stored: counts the items of each letter (3 s at 2 million letters)
WITH upheld AS (
    SELECT
        determination_id,
        CASE WHEN len(reasons) > 0 THEN list_distinct(reasons) ELSE ['none found'] END AS reasons
    FROM marts.items
    WHERE NOT is_overturned AND rationale IS NOT NULL
        AND (
            $treatment IS NULL
            OR list_has_any($treatment, list_concat([treatment, subcategory, category], string_split(treatment, '/')))
        )
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
letters AS (
    SELECT determination_id, count(*) AS n
    FROM upheld
    GROUP BY determination_id
),
found AS (
    SELECT reason, determination_id, count(*) AS y
    FROM (SELECT determination_id, unnest(reasons) AS reason FROM upheld)
    GROUP BY reason, determination_id
),
whole AS (
    SELECT count(*) AS letters, sum(n) AS items, sum(n * n) AS squares
    FROM letters
),
summed AS (
    SELECT
        found.reason,
        count(*) AS letters,
        sum(found.y) AS items,
        sum(found.y * letters.n) AS products,
        sum(found.y * found.y) AS part_squares
    FROM found
    JOIN letters ON letters.determination_id = found.determination_id
    GROUP BY found.reason
)
SELECT
    summed.reason,
    known.description AS meaning,
    summed.letters,
    summed.items::BIGINT AS items,
    CASE WHEN whole.letters >= 5 THEN summed.items / whole.items END AS share_of_items,
    CASE
        WHEN whole.letters >= 5
        THEN wilson_low(
            summed.items / whole.items,
            effective_items(
                whole.letters,
                whole.items,
                summed.items,
                squared_residuals(whole.items, summed.items, whole.squares, summed.products, summed.part_squares),
                whole.squares,
                rho
            )
        )
    END AS share_of_items_low,
    CASE
        WHEN whole.letters >= 5
        THEN wilson_high(
            summed.items / whole.items,
            effective_items(
                whole.letters,
                whole.items,
                summed.items,
                squared_residuals(whole.items, summed.items, whole.squares, summed.products, summed.part_squares),
                whole.squares,
                rho
            )
        )
    END AS share_of_items_high,
    whole.items::BIGINT AS items_upheld,
    whole.letters AS letters_upheld,
    letters_note(whole.letters) AS note
FROM summed
CROSS JOIN whole
LEFT JOIN codes.rationale_reasons AS known ON known.reason = summed.reason
CROSS JOIN marts.item_correlation
ORDER BY summed.reason = 'none found', summed.items DESC, summed.reason
