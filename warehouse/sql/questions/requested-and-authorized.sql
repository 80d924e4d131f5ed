-- How much of the requested quantity had utilization review authorized, by category and unit?
-- reading: Quantities of visits, of units of drugs in all fills, and of hours. share_authorized is the authorized part of
-- reading: all that was requested, mean_share_authorized the mean over items; items that were denied outright count as 0,
-- reading: items_in_part were authorized in part. Left out of quantities and shares: items_without_quantity, which state
-- reading: none, and items_not_adding_up, whose request is not what was authorized and what is disputed together.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
WITH items AS (
    SELECT
        category,
        quantity_unit,
        determination_id,
        is_overturned,
        requested_quantity IS NULL OR authorized_quantity IS NULL OR disputed_quantity IS NULL AS lacks_quantity,
        abs(requested_quantity - authorized_quantity - disputed_quantity) > 1e-6 AS is_off,
        requested_quantity,
        authorized_quantity
    FROM marts.items
    WHERE ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
usable AS (
    SELECT *, NOT lacks_quantity AND NOT is_off AND requested_quantity > 0 AS is_usable
    FROM items
)
SELECT
    category,
    quantity_unit,
    count(DISTINCT determination_id) FILTER (is_usable) AS letters,
    count(*) FILTER (is_usable) AS items,
    count(*) FILTER (is_usable AND authorized_quantity > 0) AS items_in_part,
    sum(requested_quantity) FILTER (is_usable) AS requested,
    sum(authorized_quantity) FILTER (is_usable) AS authorized,
    median(requested_quantity) FILTER (is_usable) AS median_requested,
    CASE
        WHEN count(DISTINCT determination_id) FILTER (is_usable) >= 5
        THEN sum(authorized_quantity) FILTER (is_usable) / sum(requested_quantity) FILTER (is_usable)
    END AS share_authorized,
    CASE
        WHEN count(DISTINCT determination_id) FILTER (is_usable) >= 5
        THEN avg(authorized_quantity / requested_quantity) FILTER (is_usable)
    END AS mean_share_authorized,
    letters_note(count(DISTINCT determination_id) FILTER (is_usable)) AS note,
    count(*) FILTER (lacks_quantity) AS items_without_quantity,
    count(*) FILTER (NOT lacks_quantity AND is_off) AS items_not_adding_up
FROM usable
GROUP BY category, quantity_unit
ORDER BY category, quantity_unit NULLS LAST
