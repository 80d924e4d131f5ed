-- Licences, specialties and diagnoses whose letter is not there.
-- severity: quarantine
-- bound: 0
-- observed: 0, 2026-11
-- why: each is found in a letter
SELECT 'reviewer_licenses' AS list, determination_id
FROM main.reviewer_licenses ANTI JOIN main.determinations USING (determination_id)
UNION ALL
SELECT 'reviewer_specialties', determination_id
FROM main.reviewer_specialties ANTI JOIN main.determinations USING (determination_id)
UNION ALL
SELECT 'diagnoses', determination_id
FROM main.diagnoses ANTI JOIN main.determinations USING (determination_id)
