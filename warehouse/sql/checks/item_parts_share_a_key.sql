-- Two rows of one place in a list of an item or a letter.
-- severity: quarantine
-- bound: 0
-- observed: 0, 2026-11
-- why: position counts within its list
SELECT 'item_drugs' AS list, determination_id, item_number, NULL AS cited_by, position, count(*) AS rows
FROM main.item_drugs GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'item_body_parts', determination_id, item_number, NULL, position, count(*)
FROM main.item_body_parts GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'rationale_reasons', determination_id, item_number, NULL, position, count(*)
FROM main.rationale_reasons GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'guideline_citations', determination_id, item_number, cited_by, position, count(*)
FROM main.guideline_citations GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'reviewer_licenses', determination_id, NULL, NULL, position, count(*)
FROM main.reviewer_licenses GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'reviewer_specialties', determination_id, NULL, NULL, position, count(*)
FROM main.reviewer_specialties GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'diagnoses', determination_id, NULL, NULL, position, count(*)
FROM main.diagnoses GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'diagnosis_body_parts', determination_id, diagnosis_position, NULL, position, count(*)
FROM main.diagnosis_body_parts GROUP BY ALL HAVING count(*) > 1
