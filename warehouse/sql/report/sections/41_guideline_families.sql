-- title: Guidelines cited by the reviewer and by utilization review
-- read: Items for which a guideline of the family is cited; an item that cites two families counts under both.
-- chart: pairs guideline_family items_of_the_reviewer items_of_utilization_review
SELECT
    source,
    guideline_family,
    coalesce(sum(items) FILTER (cited_by = 'reviewer'), 0) AS items_of_the_reviewer,
    sum(overturned) FILTER (cited_by = 'reviewer') / sum(items) FILTER (cited_by = 'reviewer')
        AS overturn_rate_where_the_reviewer_cites_it,
    coalesce(sum(items) FILTER (cited_by = 'claims_administrator'), 0) AS items_of_utilization_review,
    sum(overturned) FILTER (cited_by = 'claims_administrator') / sum(items) FILTER (cited_by = 'claims_administrator')
        AS overturn_rate_where_utilization_review_cites_it
FROM marts.guidelines_by_family
WHERE $year IS NULL OR decision_year = $year
GROUP BY source, guideline_family
ORDER BY items_of_the_reviewer DESC, guideline_family
