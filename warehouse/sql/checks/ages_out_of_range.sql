-- Patients younger than 14 or older than 100.
-- severity: warn
-- bound: 0.001
-- observed: 0 of 97 letters, 2026-11
-- why: workers are 14 at least; a larger share means that another number is read as the age
SELECT determination_id, patient_age FROM main.determinations WHERE patient_age NOT BETWEEN 14 AND 100
