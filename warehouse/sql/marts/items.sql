-- Every disputed item beside what its letter says: the table to ask first, one row per item.
-- table: replaced case by case; joins eight tables, and most other marts read it
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
-- column rationale: The reviewer's decision rationale as written
-- column is_modified: Utilization review authorized a part of the request, or less of it, and denied the rest
-- column is_retrospective: The request is for a service already rendered, and says so
-- column is_ancillary: The request is for a service of an operation that the letter disputes as another item, and says so
-- column parent_item_number: Item number of that operation
-- column decision_follows_parent: The rationale rests on the decision about an operation; null without a rationale
-- column regions: Body regions that the request names, in alphabetical order; empty where it names none
-- column visits: Visits or sessions in dispute, null where none are stated or a range is
-- column visits_per_week: Visits a week, null as above
-- column weeks: Weeks of treatment, null as above
-- column requested_quantity: Quantity of the original request in quantity_unit, of drugs in all fills; null where another service was authorized
-- column authorized_quantity: Quantity of it that utilization review authorized, 0 where the request was denied outright
-- column disputed_quantity: Quantity in dispute, null where none is stated or a range is
-- column quantity_unit: What the three quantities count (visits, units, hours)
-- column reasons: Why the denial was upheld (codes.rationale_reasons), in the order of the text; empty where none is found and for overturned items
-- column is_drug: The category is Pharmaceuticals
-- column ingredient: Generic name of the first drug of the item, null for other treatments and unknown drugs
-- column drug_class: The state's class of the first drug of the item
-- column ingredients: Generic names of all drugs of the item, of one with several ingredients also each of these, in alphabetical order; empty for other treatments
-- column drug_classes: The state's classes of all drugs of the item, in alphabetical order; empty for other treatments
-- column is_compound: Any drug of the item is part of a compound
-- column is_opioid: Any drug of the item is of the class Opioids
-- column mme_requested: Morphine milligram equivalents of the item's opioids in one fill, null where those of one are not known
-- column ur_basis: What utilization review cited (MTUS, Non-MTUS, both, none), null where the letter has no text on it
-- column reviewer_basis: What the reviewer cited (MTUS, Non-MTUS, both, none), null where the letter has no text on it
-- column ur_families: Families of the guidelines that utilization review cited, in alphabetical order, unknown ones left out
-- column reviewer_families: Families of the guidelines that the reviewer cited, in alphabetical order, unknown ones left out
-- column guideline_agreement: Whether both cite a guideline of one family (same family, other family, only reviewer cites, only utilization review cites, neither cites), null where a text is missing or an unknown guideline might be the same
-- column specialties: Specialties of the reviewer by the code table, in alphabetical order; empty where none is known
-- column is_fitting_specialty: One of the specialties is among those that codes.specialty_fits has for the treatment, null where it has none or no specialty is known
-- column states: States that license the reviewer, in alphabetical order; empty where none is stated
-- column is_california_licensed: California is among the states that license the reviewer, null where none is stated
-- column priority: Priority of the case (standard, expedited), null where the letter does not say
-- column template: Template of the letter
-- column patient_age: Age of the patient in years as the letter states it
-- column patient_sex: Sex of the patient as the letter states it
-- column diagnosis_natures: Kinds of the diagnoses that the letter states, in alphabetical order; of the letter, not of the item
-- column diagnosis_regions: Body regions of these diagnoses, in alphabetical order; of the letter, not of the item
-- column injury_date: Date of the injury, null where the header lacks it, as are the next three
-- column ur_denial_date: Date of the utilization review's denial
-- column application_received_date: Date on which the application was received
-- column assigned_date: Date on which the review was assigned
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
        list_sort(list_distinct(flatten(list(list_append(string_split(ingredient, '/'), ingredient))))) AS ingredients,
        list_sort(list_distinct(list(drug_class))) AS drug_classes,
        bool_or(is_compound) AS is_compound,
        coalesce(bool_or(drug_class = 'Opioids'), false) AS is_opioid,
        CASE
            WHEN bool_and(mme_requested IS NOT NULL) FILTER (drug_class = 'Opioids')
            THEN sum(mme_requested) FILTER (drug_class = 'Opioids')
        END AS mme_requested
    FROM main.item_drugs
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id, item_number
),
named AS (
    SELECT determination_id, item_number, list_sort(list_distinct(list(region))) AS regions
    FROM main.item_body_parts
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id, item_number
),
reasoned AS (
    SELECT determination_id, item_number, list(reason ORDER BY position) AS reasons
    FROM main.rationale_reasons
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
        letter.* EXCLUDE (determination_id, items, overturned, ancillary_items, ancillary_overturned, page_count),
        known.cwci_category,
        fitted.is_fitting_specialty,
        drugs.ingredient,
        drugs.drug_class,
        drugs.ingredients,
        drugs.drug_classes,
        drugs.is_compound,
        drugs.is_opioid,
        drugs.mme_requested,
        named.regions,
        reasoned.reasons,
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
    LEFT JOIN named ON named.determination_id = item.determination_id AND named.item_number = item.item_number
    LEFT JOIN reasoned ON reasoned.determination_id = item.determination_id AND reasoned.item_number = item.item_number
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
    rationale,
    authorized IS NOT NULL AS is_modified,
    is_retrospective,
    is_ancillary,
    parent_item_number,
    decision_follows_parent,
    coalesce(regions, []) AS regions,
    visits,
    visits_per_week,
    weeks,
    requested_quantity,
    authorized_quantity,
    disputed_quantity,
    quantity_unit,
    coalesce(reasons, []) AS reasons,
    coalesce(category = 'Pharmaceuticals', false) AS is_drug,
    ingredient,
    drug_class,
    coalesce(ingredients, []) AS ingredients,
    coalesce(drug_classes, []) AS drug_classes,
    coalesce(is_compound, false) AS is_compound,
    coalesce(is_opioid, false) AS is_opioid,
    mme_requested,
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
    states,
    is_california_licensed,
    priority,
    template,
    patient_age,
    patient_sex,
    diagnosis_natures,
    diagnosis_regions,
    injury_date,
    ur_denial_date,
    application_received_date,
    assigned_date,
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
