-- Every letter (case) beside what it decides: one row per letter, the table to ask for figures per case.
-- table: replaced case by case; gathers each letter's specialties and licenses, and most other marts read it
-- column determination_id: Key of the letter
-- column case_number: The state's number of the case, null where the letter has none
-- column outcome: Outcome of the case (upheld, overturned, partially overturned), null where no disputed item was found
-- column items: Disputed items of the letter
-- column overturned: Those of them whose denial is overturned
-- column ancillary_items: Items for services of an operation that the letter disputes as another item
-- column ancillary_overturned: Those of them whose denial is overturned
-- column decision_date: Date of the decision, null where the letter's header lacks it
-- column decision_month: First day of the decision's month
-- column decision_year: Year of the decision
-- column priority: Priority of the case (standard, expedited), null where the letter does not say
-- column template: Template of the letter
-- column page_count: Pages of the letter
-- column patient_age: Age of the patient in years as the letter states it
-- column patient_sex: Sex of the patient as the letter states it
-- column injury_date: Date of the injury, null where the header lacks it, as are the next three
-- column ur_denial_date: Date of the utilization review's denial
-- column application_received_date: Date on which the application was received
-- column assigned_date: Date on which the review was assigned
-- column diagnosis_natures: Kinds of the diagnoses that the letter states, in alphabetical order; empty where it states none
-- column diagnosis_regions: Body regions of these diagnoses, in alphabetical order
-- column specialties: Specialties of the reviewer by the code table, in alphabetical order; empty where none is known
-- column states: States that license the reviewer, in alphabetical order; empty where none is stated
-- column is_california_licensed: California is among the states that license the reviewer, null where none is stated
-- column accident_year: Year of the injury, null where the letter does not state it
-- column claim_age: Whole years from injury to decision, null where a date is missing or they are out of order
-- column days_denial_to_application: Days from the utilization review's denial to the application, null where a date is missing or they are out of order
-- column days_application_to_assignment: Days from the application to the assignment, null as above
-- column days_assignment_to_decision: Days from the assignment to the decision, null as above; the letter does not show when the records were complete, so no deadline can be read from it
-- column days_application_to_decision: Days from the application to the decision, null as above; says nothing of a deadline either
WITH decided AS (
    SELECT
        determination_id,
        count(*) FILTER (decision = 'overturned') AS overturned,
        count(*) FILTER (is_ancillary) AS ancillary_items,
        count(*) FILTER (is_ancillary AND decision = 'overturned') AS ancillary_overturned
    FROM main.disputed_items
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id
),
specialties AS (
    SELECT determination_id, list_sort(list_distinct(list(specialty))) AS specialties
    FROM main.reviewer_specialties
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id
),
licenses AS (
    SELECT
        determination_id,
        list_sort(list_distinct(list(state))) AS states,
        bool_or(state = 'California') AS is_california_licensed
    FROM main.reviewer_licenses
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id
),
natures AS (
    SELECT determination_id, list_sort(list_distinct(list(nature))) AS diagnosis_natures
    FROM main.diagnoses
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id
),
regions AS (
    SELECT determination_id, list_sort(list_distinct(list(region))) AS diagnosis_regions
    FROM main.diagnosis_body_parts
    SEMI JOIN batch_cases USING (determination_id)
    GROUP BY determination_id
)
SELECT
    letter.determination_id,
    letter.case_number,
    letter.outcome,
    letter.item_count AS items,
    coalesce(decided.overturned, 0) AS overturned,
    coalesce(decided.ancillary_items, 0) AS ancillary_items,
    coalesce(decided.ancillary_overturned, 0) AS ancillary_overturned,
    letter.decision_date,
    date_trunc('month', letter.decision_date)::DATE AS decision_month,
    year(letter.decision_date)::INTEGER AS decision_year,
    letter.priority,
    letter.template,
    letter.page_count,
    letter.patient_age,
    letter.patient_sex,
    letter.injury_date,
    letter.ur_denial_date,
    letter.application_received_date,
    letter.assigned_date,
    coalesce(natures.diagnosis_natures, []) AS diagnosis_natures,
    coalesce(regions.diagnosis_regions, []) AS diagnosis_regions,
    coalesce(specialties.specialties, []) AS specialties,
    coalesce(licenses.states, []) AS states,
    licenses.is_california_licensed,
    year(letter.injury_date)::INTEGER AS accident_year,
    CASE
        WHEN letter.injury_date <= letter.decision_date
        THEN datesub('year', letter.injury_date, letter.decision_date)::INTEGER
    END AS claim_age,
    CASE
        WHEN letter.ur_denial_date <= letter.application_received_date
        THEN (letter.application_received_date - letter.ur_denial_date)::INTEGER
    END AS days_denial_to_application,
    CASE
        WHEN letter.application_received_date <= letter.assigned_date
        THEN (letter.assigned_date - letter.application_received_date)::INTEGER
    END AS days_application_to_assignment,
    CASE
        WHEN letter.assigned_date <= letter.decision_date
        THEN (letter.decision_date - letter.assigned_date)::INTEGER
    END AS days_assignment_to_decision,
    CASE
        WHEN letter.application_received_date <= letter.decision_date
        THEN (letter.decision_date - letter.application_received_date)::INTEGER
    END AS days_application_to_decision
FROM main.determinations AS letter
SEMI JOIN batch_cases ON batch_cases.determination_id = letter.determination_id
LEFT JOIN decided ON decided.determination_id = letter.determination_id
LEFT JOIN specialties ON specialties.determination_id = letter.determination_id
LEFT JOIN licenses ON licenses.determination_id = letter.determination_id
LEFT JOIN natures ON natures.determination_id = letter.determination_id
LEFT JOIN regions ON regions.determination_id = letter.determination_id
ORDER BY letter.determination_id
