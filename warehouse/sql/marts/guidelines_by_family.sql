-- Guidelines cited by either side, by family and year; an item that cites two families counts under both.
-- table: computed from all letters; finds the distinct families of each item (6 s at 2 million letters)
-- column decision_year: Year of the decision, null for items whose letter states no date
-- column cited_by: Who cited it (claims_administrator for utilization review, reviewer)
-- column source: Within the Medical Treatment Utilization Schedule or not (MTUS, Non-MTUS)
-- column guideline_family: Family of the guideline, null where its title is unknown
-- column items: Disputed items for which it is cited
-- column overturned: Items whose denial is overturned
-- column overturn_rate: overturned / items, null under 5 letters
-- column letters: Letters with such items
-- column overturn_rate_low: Lower end of the 95 % interval of overturn_rate
-- column overturn_rate_high: Upper end of the 95 % interval of overturn_rate
-- column note: How far to trust the rate (under 5 letters: no rate; few letters: under 20), null from 20 letters on
WITH cited AS (
    SELECT DISTINCT
        item.decision_year,
        citation.cited_by,
        citation.source,
        citation.guideline_family,
        item.determination_id,
        item.item_number,
        item.is_overturned
    FROM main.guideline_citations AS citation
    JOIN marts.items AS item
        ON item.determination_id = citation.determination_id AND item.item_number = citation.item_number
),
by_letter AS (
    SELECT
        decision_year,
        cited_by,
        source,
        guideline_family,
        determination_id,
        count(*) AS n,
        count(*) FILTER (is_overturned) AS y
    FROM cited
    GROUP BY decision_year, cited_by, source, guideline_family, determination_id
)
SELECT
    decision_year,
    cited_by,
    source,
    guideline_family,
    sum(n)::BIGINT AS items,
    sum(y)::BIGINT AS overturned,
    share(n, y) AS overturn_rate,
    count(*) AS letters,
    share_low(n, y, max(rho)) AS overturn_rate_low,
    share_high(n, y, max(rho)) AS overturn_rate_high,
    letters_note(count(*)) AS note
FROM by_letter
CROSS JOIN marts.item_correlation
GROUP BY decision_year, cited_by, source, guideline_family
ORDER BY decision_year, cited_by, items DESC, guideline_family
