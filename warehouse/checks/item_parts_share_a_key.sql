-- Two rows of one place in a list of an item or a letter.
-- severity: block
-- bound: 0
-- scope: letter
-- observed: 0, 2026-11
-- why: position counts within its list
SELECT 'item_drugs' AS list, determination_id, item_number, NULL AS cited_by, position, count(*) AS rows
FROM imr.item_drugs GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'item_body_parts', determination_id, item_number, NULL, position, count(*)
FROM imr.item_body_parts GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'guideline_citations', determination_id, item_number, cited_by, position, count(*)
FROM imr.guideline_citations GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'reviewer_licenses', determination_id, NULL, NULL, position, count(*)
FROM imr.reviewer_licenses GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'reviewer_specialties', determination_id, NULL, NULL, position, count(*)
FROM imr.reviewer_specialties GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'diagnoses', determination_id, NULL, NULL, position, count(*)
FROM imr.diagnoses GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'diagnosis_body_parts', determination_id, diagnosis_position, NULL, position, count(*)
FROM imr.diagnosis_body_parts GROUP BY ALL HAVING count(*) > 1
