-- Every disputed item beside what its letter says: the table to ask first, one row per item.
-- column determination_id: Key of the letter, with item_number the key of the row
-- column item_number: Number of the item within its letter, from 1
-- column case_number: The state's number of the case, null where the letter has none
-- column decision: Final decision on the item (upheld: the denial stands; overturned)
-- column is_overturned: The decision is overturned; its average is the overturn rate
-- column letter_outcome: Outcome of the whole letter (upheld, overturned, partially overturned)
-- column decision_date: Date of the decision, null where the letter's header lacks it
-- column decision_month: First day of the decision's month
-- column decision_year: Year of the decision
-- column category: The state's category of the treatment, null where no word of the request is known
-- column subcategory: The state's subcategory, for drugs the class
-- column cwci_category: Category as the California Workers' Compensation Institute divides treatments
-- column treatment: Treatment or test that decided the category, null for drugs
-- column request: What was asked for, as written
-- column disputed: The part of the request that is in dispute, as written
-- column is_modified: Utilization review authorized a part of the request, or less of it, and denied the rest
-- column is_retrospective: The treatment was given before it was asked for
-- column is_drug: The category is Pharmaceuticals
-- column ingredient: Generic name of the first drug of the item
-- column drug_class: The state's class of the first drug of the item
-- column is_compound: Any drug of the item is part of a compound
-- column ur_basis: What utilization review cited (MTUS, Non-MTUS, both, none)
-- column reviewer_basis: What the reviewer cited (MTUS, Non-MTUS, both, none)
-- column ur_families: Families of the guidelines that utilization review cited, in alphabetical order
-- column reviewer_families: Families of the guidelines that the reviewer cited, in alphabetical order
-- column specialties: Specialties of the reviewer, by the code table, in alphabetical order
-- column is_california_licensed: California is among the states that license the reviewer, null where none is stated
-- column priority: Priority of the case (standard, expedited)
-- column template: Template of the letter
-- column patient_age: Age of the patient in years as the letter states it
-- column patient_sex: Sex of the patient as the letter states it
-- column accident_year: Year of the injury
-- column claim_age: Whole years from injury to decision, null where either date is missing or they are out of order
-- column first_page: First page of the letter that tells of the item
-- column last_page: Last page of the letter that tells of the item
WITH cited AS (
    SELECT
        determination_id,
        item_number,
        cited_by,
        CASE
            WHEN count(DISTINCT source) = 2 THEN 'both'
            ELSE any_value(source)
        END AS basis,
        list_sort(list_distinct(list(guideline_family))) AS families
    FROM imr.guideline_citations
    GROUP BY determination_id, item_number, cited_by
),
compounds AS (
    SELECT determination_id, item_number, bool_or(is_compound) AS is_compound
    FROM imr.item_drugs
    GROUP BY determination_id, item_number
),
specialties AS (
    SELECT determination_id, list_sort(list_distinct(list(specialty))) AS specialties
    FROM imr.reviewer_specialties
    GROUP BY determination_id
),
licenses AS (
    SELECT determination_id, bool_or(state = 'California') AS is_california_licensed
    FROM imr.reviewer_licenses
    GROUP BY determination_id
)
SELECT
    item.determination_id,
    item.item_number,
    letter.case_number,
    item.decision,
    item.decision = 'overturned' AS is_overturned,
    letter.outcome AS letter_outcome,
    letter.decision_date,
    date_trunc('month', letter.decision_date)::DATE AS decision_month,
    year(letter.decision_date)::INTEGER AS decision_year,
    item.category,
    item.subcategory,
    cwci.cwci_category,
    item.treatment,
    item.request,
    item.disputed,
    item.authorized IS NOT NULL AS is_modified,
    item.is_retrospective,
    coalesce(item.category = 'Pharmaceuticals', false) AS is_drug,
    drug.ingredient,
    drug.drug_class,
    coalesce(compounds.is_compound, false) AS is_compound,
    coalesce(ur.basis, 'none') AS ur_basis,
    coalesce(reviewer.basis, 'none') AS reviewer_basis,
    coalesce(ur.families, []) AS ur_families,
    coalesce(reviewer.families, []) AS reviewer_families,
    coalesce(specialties.specialties, []) AS specialties,
    licenses.is_california_licensed,
    letter.priority,
    letter.template,
    letter.patient_age,
    letter.patient_sex,
    year(letter.injury_date)::INTEGER AS accident_year,
    CASE
        WHEN letter.injury_date <= letter.decision_date
        THEN datesub('year', letter.injury_date, letter.decision_date)::INTEGER
    END AS claim_age,
    item.first_page,
    item.last_page
FROM imr.disputed_items AS item
JOIN imr.determinations AS letter ON letter.determination_id = item.determination_id
LEFT JOIN codes.categories AS cwci
    ON cwci.category = item.category AND cwci.subcategory = coalesce(item.subcategory, 'Other')
LEFT JOIN imr.item_drugs AS drug
    ON drug.determination_id = item.determination_id AND drug.item_number = item.item_number AND drug.position = 1
LEFT JOIN compounds ON compounds.determination_id = item.determination_id AND compounds.item_number = item.item_number
LEFT JOIN cited AS ur
    ON ur.determination_id = item.determination_id
    AND ur.item_number = item.item_number
    AND ur.cited_by = 'claims_administrator'
LEFT JOIN cited AS reviewer
    ON reviewer.determination_id = item.determination_id
    AND reviewer.item_number = item.item_number
    AND reviewer.cited_by = 'reviewer'
LEFT JOIN specialties ON specialties.determination_id = item.determination_id
LEFT JOIN licenses ON licenses.determination_id = item.determination_id
ORDER BY letter.decision_date, item.determination_id, item.item_number
