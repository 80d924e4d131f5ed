-- Letters with another outcome than the state's search shows.
-- severity: warn
-- bound: 0.01
-- observed: 0, 2026-11; nobody has fetched yet
-- why: the state's own decisions are the truth at hand; more than a few mean that items or decisions are read wrongly
SELECT DISTINCT letter.case_number, published.outcome AS published_outcome, letter.outcome
FROM main.determinations AS letter
JOIN main.published_decisions AS published ON published.case_number = letter.case_number
WHERE published.outcome IS NOT NULL AND letter.outcome IS DISTINCT FROM published.outcome
