-- Every disputed item beside what its letter says: the table to ask first, one row per item.
-- table: replaced case by case; joins six tables, and most other marts read it
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
-- column cwci_category: Category as the California Workers' Compensation Institute divides treatments, null where the state's is
-- column treatment: Treatment or test that decided the category, for drugs the generic name of the first drug; null where unknown
-- column request: What was asked for, as written
-- column authorized: What utilization review authorized of it, as written; null where nothing
-- column disputed: The part of the request that is in dispute, as written
-- column is_modified: Utilization review authorized a part of the request, or less of it, and denied the rest
-- column is_retrospective: The request is for a service already rendered, and says so
-- column is_drug: The category is Pharmaceuticals
-- column ingredient: Generic name of the first drug of the item, null for other treatments and unknown drugs
-- column drug_class: The state's class of the first drug of the item
-- column is_compound: Any drug of the item is part of a compound
-- column ur_basis: What utilization review cited (MTUS, Non-MTUS, both, none), null where the letter has no text on it
-- column reviewer_basis: What the reviewer cited (MTUS, Non-MTUS, both, none), null where the letter has no text on it
-- column ur_families: Families of the guidelines that utilization review cited, in alphabetical order, unknown ones left out
-- column reviewer_families: Families of the guidelines that the reviewer cited, in alphabetical order, unknown ones left out
-- column guideline_agreement: Whether both cite a guideline of one family (same family, other family, only reviewer cites, only utilization review cites, neither cites), null where a text is missing or an unknown guideline might be the same
-- column specialties: Specialties of the reviewer by the code table, in alphabetical order; empty where none is known
-- column is_fitting_specialty: One of the specialties is among those that codes.specialty_fits has for the treatment, null where it has none or no specialty is known
-- column is_california_licensed: California is among the states that license the reviewer, null where none is stated
-- column priority: Priority of the case (standard, expedited), null where the letter does not say
-- column template: Template of the letter
-- column patient_age: Age of the patient in years as the letter states it
-- column patient_sex: Sex of the patient as the letter states it
-- column accident_year: Year of the injury, null where the letter does not state it
-- column claim_age: Whole years from injury to decision, null where a date is missing or they are out of order
-- column days_denial_to_application: Days from the utilization review's denial to the application, null where a date is missing or they are out of order
-- column days_application_to_assignment: Days from the application to the assignment, null as above
-- column days_assignment_to_decision: Days from the assignment to the decision, null as above; no deadline can be read from it
-- column days_application_to_decision: Days from the application to the decision, null as above; no deadline can be read from it
-- column first_page: First page of the letter that the item stands on
-- column last_page: Last page of the letter that the item stands on
WITH letters AS (
    FROM marts.letters
    SEMI JOIN batch_cases USING (determination_id)
),
asked AS (
    FROM main.disputed_items
    SEMI JOIN batch_cases USING (determination_id)
),
cited AS (
    SELECT
        determination_id,
        item_number,
        cited_by,
        CASE
            WHEN bool_and(source = 'MTUS') THEN 'MTUS'
            WHEN bool_or(source = 'MTUS') THEN 'both'
            ELSE 'Non-MTUS'
        END AS basis,
        list_sort(list_distinct(list(guideline_family))) AS families,
        bool_or(guideline_family IS NULL) AS has_unknown
    FROM main.guideline_citations
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id, item_number, cited_by
),
drugs AS (
    SELECT
        determination_id,
        item_number,
        arg_min_null(ingredient, position) AS ingredient,
        arg_min_null(drug_class, position) AS drug_class,
        bool_or(is_compound) AS is_compound
    FROM main.item_drugs
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id, item_number
),
reviewed AS (
    SELECT DISTINCT item.category, item.subcategory, letter.specialties
    FROM asked AS item
    JOIN letters AS letter ON letter.determination_id = item.determination_id
    WHERE len(letter.specialties) > 0
),
fitted AS (
    SELECT
        reviewed.category,
        reviewed.subcategory,
        reviewed.specialties,
        bool_or(list_has_any(reviewed.specialties, string_split(fit.specialties, '|'))) AS is_fitting_specialty
    FROM reviewed
    JOIN codes.specialty_fits AS fit
        ON fit.category = reviewed.category
        AND coalesce(fit.subcategory, reviewed.subcategory, 'Other') = coalesce(reviewed.subcategory, 'Other')
    GROUP BY reviewed.category, reviewed.subcategory, reviewed.specialties
),
joined AS (
    SELECT
        item.*,
        letter.* EXCLUDE (determination_id, items, overturned, page_count),
        known.cwci_category,
        fitted.is_fitting_specialty,
        drugs.ingredient,
        drugs.drug_class,
        drugs.is_compound,
        CASE WHEN item.claims_administrator_guideline IS NOT NULL THEN coalesce(ur.basis, 'none') END AS ur_basis,
        CASE WHEN item.reviewer_guideline IS NOT NULL THEN coalesce(reviewer.basis, 'none') END AS reviewer_basis,
        coalesce(ur.families, []) AS ur_families,
        coalesce(reviewer.families, []) AS reviewer_families,
        coalesce(ur.has_unknown, false) OR coalesce(reviewer.has_unknown, false) AS has_unknown
    FROM asked AS item
    JOIN letters AS letter ON letter.determination_id = item.determination_id
    LEFT JOIN codes.categories AS known
        ON known.category = item.category AND known.subcategory = coalesce(item.subcategory, 'Other')
    LEFT JOIN fitted
        ON fitted.category = item.category
        AND fitted.subcategory IS NOT DISTINCT FROM item.subcategory
        AND fitted.specialties = letter.specialties
    LEFT JOIN drugs ON drugs.determination_id = item.determination_id AND drugs.item_number = item.item_number
    LEFT JOIN cited AS ur
        ON ur.determination_id = item.determination_id
        AND ur.item_number = item.item_number
        AND ur.cited_by = 'claims_administrator'
    LEFT JOIN cited AS reviewer
        ON reviewer.determination_id = item.determination_id
        AND reviewer.item_number = item.item_number
        AND reviewer.cited_by = 'reviewer'
)
SELECT
    determination_id,
    item_number,
    case_number,
    decision,
    decision = 'overturned' AS is_overturned,
    outcome AS letter_outcome,
    decision_date,
    decision_month,
    decision_year,
    category,
    subcategory,
    cwci_category,
    coalesce(treatment, ingredient) AS treatment,
    request,
    authorized,
    disputed,
    authorized IS NOT NULL AS is_modified,
    is_retrospective,
    coalesce(category = 'Pharmaceuticals', false) AS is_drug,
    ingredient,
    drug_class,
    coalesce(is_compound, false) AS is_compound,
    ur_basis,
    reviewer_basis,
    ur_families,
    reviewer_families,
    CASE
        WHEN ur_basis = 'none' AND reviewer_basis = 'none' THEN 'neither cites'
        WHEN ur_basis = 'none' AND reviewer_basis IS NOT NULL THEN 'only reviewer cites'
        WHEN reviewer_basis = 'none' AND ur_basis IS NOT NULL THEN 'only utilization review cites'
        WHEN list_has_any(ur_families, reviewer_families) THEN 'same family'
        WHEN ur_basis IS NOT NULL AND reviewer_basis IS NOT NULL AND NOT has_unknown THEN 'other family'
    END AS guideline_agreement,
    specialties,
    is_fitting_specialty,
    is_california_licensed,
    priority,
    template,
    patient_age,
    patient_sex,
    accident_year,
    claim_age,
    days_denial_to_application,
    days_application_to_assignment,
    days_assignment_to_decision,
    days_application_to_decision,
    first_page,
    last_page
FROM joined
ORDER BY determination_id, item_number
