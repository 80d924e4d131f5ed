-- The items that the trained score of the review list judges: each with its category, the words of its request, and
-- the words of its reviewer's guideline and rationale. A drug's subcategory is that of its name: it is left out.
-- $from, $to: first and last date of decision, or null; $most: items at most, chosen by a hash of their number.
SELECT
    item.determination_id,
    letter.case_number,
    letter.decision_date,
    item.item_number,
    item.first_page,
    item.request,
    concat_ws(' ', item.reviewer_guideline, item.rationale) AS reasons,
    CASE
        WHEN item.category = 'Pharmaceuticals' THEN item.category
        ELSE concat_ws(' > ', item.category, item.subcategory)
    END AS category
FROM main.disputed_items AS item
JOIN main.determinations AS letter USING (determination_id)
WHERE
    item.category IS NOT NULL
    AND ($from::DATE IS NULL OR letter.decision_date >= $from)
    AND ($to::DATE IS NULL OR letter.decision_date <= $to)
ORDER BY hash(item.determination_id, item.item_number)
LIMIT $most::BIGINT
