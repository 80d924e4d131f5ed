-- How many services are disputed beside an operation, and do their decisions follow its?
-- reading: Operations are items of the category Surgery that are no service of another one and no consult; services are
-- reading: items that say they belong to it. same_decision counts services decided as their operation is, rests_on_operation
-- reading: those whose rationale rests on the decision about it: such a decision says nothing of the service itself.
-- reading: items_per_operation counts the operation.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
WITH services AS (
    SELECT
        determination_id,
        parent_item_number AS item_number,
        count(*) AS services,
        count(*) FILTER (is_overturned) AS overturned,
        count(*) FILTER (decision_follows_parent) AS resting
    FROM marts.items
    WHERE is_ancillary AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    GROUP BY determination_id, parent_item_number
),
operations AS (
    SELECT
        item.subcategory,
        item.determination_id,
        item.is_overturned,
        coalesce(services.services, 0) AS services,
        coalesce(services.overturned, 0) AS services_overturned,
        coalesce(services.resting, 0) AS resting
    FROM marts.items AS item
    LEFT JOIN services
        ON services.determination_id = item.determination_id AND services.item_number = item.item_number
    WHERE item.category = 'Surgery' AND NOT item.is_ancillary
        AND item.subcategory NOT IN ('Adjunct Surgical Services', 'Surgical Consult')
        AND ($from IS NULL OR item.decision_date >= $from) AND ($to IS NULL OR item.decision_date <= $to)
),
by_letter AS (
    SELECT
        grouping(subcategory) = 1 AS is_total,
        if(grouping(subcategory) = 1, 'all operations', subcategory) AS subcategory,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y,
        count(*) FILTER (services > 0) AS with_services,
        sum(services) AS services,
        sum(services_overturned) AS services_overturned,
        sum(if(is_overturned, services_overturned, services - services_overturned)) AS same_decision,
        sum(resting) AS resting
    FROM operations
    GROUP BY GROUPING SETS ((subcategory, determination_id), (determination_id))
)
SELECT
    subcategory,
    count(*) AS letters,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note,
    sum(with_services)::BIGINT AS operations_with_services,
    (sum(n) + sum(services)) / sum(n) AS items_per_operation,
    sum(services)::BIGINT AS services,
    sum(services_overturned)::BIGINT AS services_overturned,
    sum(same_decision)::BIGINT AS same_decision,
    sum(resting)::BIGINT AS rests_on_operation
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY is_total, subcategory
ORDER BY is_total, items DESC, subcategory
