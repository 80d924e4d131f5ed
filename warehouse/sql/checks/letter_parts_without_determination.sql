-- Licenses, specialties and diagnoses whose letter is not there, and body parts whose diagnosis is not.
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
UNION ALL
SELECT 'diagnosis_body_parts', determination_id
FROM main.diagnosis_body_parts AS part
ANTI JOIN main.diagnoses AS diagnosis
    ON part.determination_id = diagnosis.determination_id AND part.diagnosis_position = diagnosis.position
