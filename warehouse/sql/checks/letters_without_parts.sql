-- Letters without what every letter has: dates, disputed items, a license, a specialty, a clinical summary.
-- severity: warn
-- bound: 0.05
-- observed: 0.01 of 97 letters, 2026-11
-- why: a few letters are odd; a larger share means that a template is not read
SELECT determination_id, parts
FROM (
    SELECT
        determination_id,
        list_filter(
            [
                if(coalesce(decision_date, assigned_date, application_received_date) IS NULL, 'dates', NULL),
                if(item_count = 0, 'disputed items', NULL),
                if(determination_id NOT IN (SELECT determination_id FROM main.reviewer_licenses), 'license', NULL),
                if(determination_id NOT IN (SELECT determination_id FROM main.reviewer_specialties), 'specialty', NULL),
                if(clinical_summary IS NULL, 'clinical summary', NULL)
            ],
            lambda part: part IS NOT NULL
        ) AS parts
    FROM main.determinations
)
WHERE len(parts) > 0
