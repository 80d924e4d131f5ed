-- Years with more letters than the state or CWCI published.
-- severity: warn
-- bound: 0
-- observed: 0, 2026-11
-- why: published counts differ by up to 4 %; more than that are letters that stand twice or in the wrong year
SELECT decision_year, letters, published_letters, source
FROM marts.published_totals
WHERE share_of_published_letters > 1.04
