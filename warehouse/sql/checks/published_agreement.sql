-- Measures in which fewer than nine in ten of 20 letters or more agree with what the state's search shows.
-- severity: warn
-- bound: 0
-- observed: 0, 2026-11; nobody has fetched yet
-- why: the state's own labels are the only truth for many letters; marts.reconciliation has all measures with their intervals
SELECT measure, letters, n, agreement, agreement_low, agreement_high
FROM marts.reconciliation
WHERE agreement < 0.9 AND letters >= 20
