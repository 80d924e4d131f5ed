-- Selects the letter that counts of each case: the latest decision; of letters of one decision date, or of none, the
-- most complete one; of equally complete letters the one seen last.
-- More complete: more items; a known template, because what an unknown one lacks is not reported; fewer missing parts;
-- fewer unread pages; a PDF, whose fonts and positions are known.
-- $determinations, $letter_problems: Parquet files. A letter whose file was renamed may have left rows in the files of
-- another block; those in its own block count.
CREATE OR REPLACE TEMP TABLE current_letters AS
WITH gaps AS (
    SELECT
        sha256,
        file_block AS block,
        count(*) FILTER (code <> 'unreadable_page') AS missing_parts,
        count(*) FILTER (code = 'unreadable_page') AS unread_pages
    FROM parquet_rows($letter_problems)
    WHERE code IN (
        'field_missing',
        'field_unreadable',
        'header_missing',
        'incomplete_letter',
        'item_incomplete',
        'no_items',
        'section_missing',
        'unreadable_page'
    )
    GROUP BY ALL
)
SELECT letter.sha256, letter.determination_id, letter.item_count, file.block
FROM parquet_rows($determinations) AS letter
JOIN batch_letters AS file
    ON file.sha256 = letter.sha256 AND file.block = letter.file_block
LEFT JOIN gaps ON gaps.sha256 = letter.sha256 AND gaps.block = file.block
ANTI JOIN quarantined ON quarantined.sha256 = letter.sha256
QUALIFY row_number() OVER (
    PARTITION BY letter.determination_id
    ORDER BY
        letter.decision_date DESC NULLS LAST,
        letter.item_count DESC,
        letter.template = 'unknown',
        coalesce(gaps.missing_parts, 0),
        coalesce(gaps.unread_pages, 0),
        file.media_type IS DISTINCT FROM 'application/pdf',
        file.first_seen DESC,
        file.uri DESC,
        letter.sha256 DESC
) = 1;
