-- What a search goes through: one row per disputed item, with what it is filtered by, its texts, and their words as numbers.
-- column determination_id: Key of the letter, with item_number the key of the row
-- column item_number: Number of the item within its letter, from 1
-- column case_number: The state's number of the case, null where the letter has none
-- column decision_date: Date of the decision, null where the letter's header lacks it
-- column injury_date: Date of injury, null where the letter's header lacks it
-- column application_received_date: Date the application for review was received, null where the letter's header lacks it
-- column priority: Priority of the case (standard, expedited), null where the letter does not say
-- column outcome: Outcome of the case (upheld, overturned, partially overturned)
-- column specialties: Specialties of the reviewer by the code table, in alphabetical order; empty where none is known
-- column decision: Final decision on the item (upheld: the denial stands; overturned)
-- column category: The state's category of the treatment, null where no word of the request is known
-- column subcategory: The state's subcategory, for drugs the class
-- column treatment: Treatment or test that decided the category, for drugs the generic name of the first drug; null where unknown
-- column treatments: The treatment and the generic names of all drugs of the item, in alphabetical order; empty where none is known
-- column request: The request as written
-- column rationale: The reviewer's decision rationale as written, null where the item has none
-- column first_page: First page of the letter that tells of the item
-- column last_page: Last page of the letter that tells of the item
-- column words: Hashes of the words of request and rationale in their order, a line feed between the two, as `warehouse/searching.py` describes
WITH drugs AS (
    SELECT determination_id, item_number, list(ingredient) AS ingredients
    FROM imr.item_drugs
    WHERE ingredient IS NOT NULL
    GROUP BY determination_id, item_number
)
SELECT
    item.determination_id,
    item.item_number,
    letter.case_number,
    letter.decision_date,
    letter.injury_date,
    letter.application_received_date,
    letter.priority,
    letter.outcome,
    item.specialties,
    item.decision,
    item.category,
    item.subcategory,
    item.treatment,
    list_sort(list_distinct(list_append(coalesce(drugs.ingredients, []), item.treatment))) AS treatments,
    written.request,
    written.rationale,
    item.first_page,
    item.last_page,
    list_transform(
        regexp_extract_all(lower(strip_accents(concat_ws(chr(10), written.request, written.rationale))), '[\p{L}\p{N}]+|\n'),
        lambda word: (hash(word) >> 32)::UINTEGER
    ) AS words
FROM marts.items AS item
JOIN imr.disputed_items AS written
    ON written.determination_id = item.determination_id AND written.item_number = item.item_number
JOIN imr.determinations AS letter ON letter.determination_id = item.determination_id
LEFT JOIN drugs ON drugs.determination_id = item.determination_id AND drugs.item_number = item.item_number
ORDER BY item.determination_id, item.item_number
