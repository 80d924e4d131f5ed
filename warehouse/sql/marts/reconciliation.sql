-- How far the letters agree with what the state's search shows of them: one row per measure, none where nothing was fetched.
-- table: computed from all letters; intervals need the items of each letter
-- column measure: What is compared
-- column letters: Letters, or published cases, that are compared
-- column n: What is counted of them: letters, cases or items
-- column agreeing: Of these, how many agree
-- column differing: Of these, how many do not
-- column agreement: agreeing / n
-- column agreement_low: Lower end of its 95 % interval
-- column agreement_high: Upper end of its 95 % interval
-- column note: What to say beside a share of few letters; null where there is nothing to say
WITH published AS (
    -- `sequence`: a checksum of each item's number and decision. Texts of all letters would take a gigabyte at 2 million.
    SELECT
        case_number,
        max(decision_date) AS decision_date,
        max(injury_date) AS injury_date,
        max(application_received_date) AS application_received_date,
        max(outcome) AS outcome,
        count(*) AS items,
        bit_xor(hash(item_number, coalesce(decision, 'unknown'))) AS sequence
    FROM main.published_decisions
    GROUP BY case_number
),
days AS (
    SELECT DISTINCT decision_date FROM main.published_decisions
),
loaded AS (
    SELECT
        letter.case_number,
        max(letter.determination_id) AS determination_id,
        max(letter.decision_date) AS decision_date,
        max(letter.injury_date) AS injury_date,
        max(letter.application_received_date) AS application_received_date,
        max(letter.outcome) AS outcome,
        count(item.item_number) AS items,
        bit_xor(hash(item.item_number, item.decision)) FILTER (item.item_number IS NOT NULL) AS sequence
    FROM main.determinations AS letter
    LEFT JOIN main.disputed_items AS item ON item.determination_id = letter.determination_id
    WHERE letter.case_number IS NOT NULL
        AND (
            letter.case_number IN (SELECT case_number FROM main.published_decisions)
            OR letter.decision_date IN (FROM days)
        )
    GROUP BY letter.case_number
),
compared AS (
    SELECT
        published.case_number,
        loaded.determination_id,
        published.decision_date,
        published.injury_date,
        published.application_received_date,
        published.outcome,
        published.items,
        loaded.decision_date AS loaded_decision_date,
        loaded.injury_date AS loaded_injury_date,
        loaded.application_received_date AS loaded_application_received_date,
        loaded.outcome AS loaded_outcome,
        loaded.items AS loaded_items,
        loaded.items = published.items AND loaded.sequence = published.sequence AS has_same_sequence
    FROM published
    JOIN loaded ON loaded.case_number = published.case_number
),
published_values AS (
    SELECT 'decision' AS measure, case_number, decision AS value FROM main.published_decisions
    UNION ALL
    SELECT 'category', case_number, category FROM main.published_decisions
    UNION ALL
    SELECT 'subcategory', case_number, category || ' > ' || subcategory FROM main.published_decisions
),
loaded_values AS (
    SELECT 'decision' AS measure, determination_id, decision AS value FROM main.disputed_items
    UNION ALL
    SELECT 'category', determination_id, category FROM main.disputed_items
    UNION ALL
    SELECT 'subcategory', determination_id, category || ' > ' || subcategory FROM main.disputed_items
),
published_counts AS (
    SELECT published_values.measure, compared.determination_id, published_values.value, count(*) AS n
    FROM published_values
    JOIN compared ON compared.case_number = published_values.case_number
    WHERE published_values.value IS NOT NULL
    GROUP BY published_values.measure, compared.determination_id, published_values.value
),
loaded_counts AS (
    SELECT measure, determination_id, value, count(*) AS n
    FROM loaded_values
    SEMI JOIN compared ON compared.determination_id = loaded_values.determination_id
    WHERE value IS NOT NULL
    GROUP BY measure, determination_id, value
),
item_by_item AS (
    SELECT
        published.case_number,
        published.category,
        published.subcategory,
        item.category IS NOT DISTINCT FROM published.category AS has_same_category,
        item.subcategory IS NOT DISTINCT FROM published.subcategory AS has_same_subcategory
    FROM main.published_decisions AS published
    JOIN compared ON compared.case_number = published.case_number
    JOIN main.disputed_items AS item
        ON item.determination_id = compared.determination_id AND item.item_number = published.item_number
    WHERE compared.has_same_sequence
),
measured AS (
    SELECT 'published cases that are loaded' AS measure, 1 AS n, (loaded.case_number IS NOT NULL)::INTEGER AS y
    FROM published
    LEFT JOIN loaded ON loaded.case_number = published.case_number
    UNION ALL
    SELECT
        'loaded letters that are published, of days that were asked for', 1, (published.case_number IS NOT NULL)::INTEGER
    FROM loaded
    JOIN days ON days.decision_date = loaded.decision_date
    LEFT JOIN published ON published.case_number = loaded.case_number
    UNION ALL
    SELECT 'decision date', 1, (loaded_decision_date IS NOT DISTINCT FROM decision_date)::INTEGER
    FROM compared
    UNION ALL
    SELECT 'injury date', 1, (loaded_injury_date IS NOT DISTINCT FROM injury_date)::INTEGER
    FROM compared
    WHERE injury_date IS NOT NULL
    UNION ALL
    SELECT
        'application received date',
        1,
        (loaded_application_received_date IS NOT DISTINCT FROM application_received_date)::INTEGER
    FROM compared
    WHERE application_received_date IS NOT NULL
    UNION ALL
    SELECT 'outcome', 1, (loaded_outcome IS NOT DISTINCT FROM outcome)::INTEGER
    FROM compared
    WHERE outcome IS NOT NULL
    UNION ALL
    SELECT 'number of items', 1, (loaded_items = items)::INTEGER
    FROM compared
    UNION ALL
    SELECT
        published_counts.measure || ' of items, in any order',
        sum(published_counts.n)::BIGINT,
        sum(least(published_counts.n, coalesce(loaded_counts.n, 0)))::BIGINT
    FROM published_counts
    LEFT JOIN loaded_counts
        ON loaded_counts.measure = published_counts.measure
        AND loaded_counts.determination_id = published_counts.determination_id
        AND loaded_counts.value = published_counts.value
    GROUP BY published_counts.measure, published_counts.determination_id
    UNION ALL
    SELECT
        'category, item by item where the decisions agree in their order',
        count(*),
        count(*) FILTER (has_same_category)
    FROM item_by_item
    WHERE category IS NOT NULL
    GROUP BY case_number
    UNION ALL
    SELECT
        'subcategory, item by item where the decisions agree in their order',
        count(*),
        count(*) FILTER (has_same_category AND has_same_subcategory)
    FROM item_by_item
    WHERE subcategory IS NOT NULL
    GROUP BY case_number
)
SELECT
    measure,
    count(*) AS letters,
    sum(n)::BIGINT AS n,
    sum(y)::BIGINT AS agreeing,
    sum(n - y)::BIGINT AS differing,
    share(n, y) AS agreement,
    share_low(n, y, max(rho)) AS agreement_low,
    share_high(n, y, max(rho)) AS agreement_high,
    letters_note(count(*)) AS note
FROM measured
CROSS JOIN marts.item_correlation
GROUP BY measure
ORDER BY measure
