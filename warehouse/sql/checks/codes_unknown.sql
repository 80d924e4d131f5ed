-- Coded values that their code table does not have.
-- severity: quarantine
-- bound: 0
-- observed: 0, 2026-11
-- why: codes come from code tables only (a state that none knows stays as written, with a problem row); letters that older code tables read are left out, the next run reads them again
WITH coded AS (
    SELECT determination_id, 'specialty' AS field, specialty AS code FROM main.reviewer_specialties
    UNION ALL SELECT determination_id, 'category', category FROM main.disputed_items
    UNION ALL SELECT determination_id, 'subcategory', subcategory FROM main.disputed_items
    UNION ALL SELECT determination_id, 'treatment', treatment FROM main.disputed_items
    UNION ALL SELECT determination_id, 'reason', reason FROM main.rationale_reasons
    UNION ALL SELECT determination_id, 'ingredient', ingredient FROM main.item_drugs
    UNION ALL SELECT determination_id, 'drug_class', drug_class FROM main.item_drugs
    UNION ALL SELECT determination_id, 'nature', nature FROM main.diagnoses
    UNION ALL SELECT determination_id, 'region', region FROM main.diagnosis_body_parts
    UNION ALL SELECT determination_id, 'region', region FROM main.item_body_parts
    UNION ALL SELECT determination_id, 'guideline_family', guideline_family FROM main.guideline_citations
),
known AS (
    SELECT 'specialty' AS field, specialty AS code FROM codes.specialties
    UNION ALL SELECT 'category', category FROM codes.categories
    UNION ALL SELECT 'subcategory', subcategory FROM codes.categories
    UNION ALL SELECT 'treatment', treatment FROM codes.treatments
    UNION ALL SELECT 'reason', reason FROM codes.rationale_reasons
    UNION ALL SELECT 'ingredient', ingredient FROM codes.drugs
    UNION ALL SELECT 'drug_class', drug_class FROM codes.drug_classes
    UNION ALL SELECT 'nature', nature FROM codes.diagnosis_natures
    UNION ALL SELECT 'region', region FROM codes.body_regions
    UNION ALL SELECT 'guideline_family', family FROM codes.guideline_families
),
unknown AS (FROM coded ANTI JOIN known USING (field, code) WHERE code IS NOT NULL)
SELECT determination_id, field, code, count(*) AS rows
FROM unknown
JOIN main.determinations USING (determination_id)
WHERE parser_version = (SELECT parser_version FROM main.build)
GROUP BY ALL
