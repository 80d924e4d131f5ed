-- Which rationales win: overturned items of a treatment with the reviewer's words and the pages to read on, newest first.
-- reading: One row per overturned item. `imr-etl show CASE` prints the letter's lines, first_page says where the item
-- reading: begins. Items of letters without a decision date come last.
-- parameter treatment: A treatment, drug, subcategory or category in any spelling, such as `PT`, `norco` or `Opioids`
WITH won AS (
    SELECT determination_id, item_number, decision_date, category, subcategory, treatment, disputed, first_page, last_page
    FROM marts.items
    WHERE is_overturned
        AND (
            $treatment IS NULL
            OR list_has_any($treatment, list_concat([treatment, subcategory, category], string_split(treatment, '/')))
        )
        AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
    ORDER BY decision_date DESC NULLS LAST, determination_id, item_number
    LIMIT $limit
)
SELECT
    won.determination_id,
    won.decision_date,
    won.item_number,
    won.category,
    won.treatment,
    won.disputed,
    won.first_page,
    won.last_page,
    item.reviewer_guideline,
    item.rationale
FROM won
JOIN main.disputed_items AS item
    ON item.determination_id = won.determination_id AND item.item_number = won.item_number
ORDER BY won.decision_date DESC NULLS LAST, won.determination_id, won.item_number
