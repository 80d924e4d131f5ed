-- Determinations whose outcome is not that of their items.
-- severity: quarantine
-- bound: 0
-- observed: 0 of 97 letters, 2026-11
-- why: an outcome is derived from the decisions, nothing else
SELECT determination_id, outcome, list(DISTINCT decision) AS decisions
FROM main.determinations
LEFT JOIN main.disputed_items USING (determination_id)
GROUP BY ALL
HAVING outcome IS DISTINCT FROM CASE
    WHEN count(decision) = 0 THEN NULL
    WHEN count(*) FILTER (decision = 'overturned') = 0 THEN 'upheld'
    WHEN count(*) FILTER (decision = 'upheld') = 0 THEN 'overturned'
    ELSE 'partially overturned'
END
