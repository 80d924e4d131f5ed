-- Which diagnoses do the letters state, by nature and by body region?
-- reading: Figures of letters, not of items: a diagnosis belongs to the patient, and which item is for it is not said. A
-- reading: letter with two natures or regions counts under both: do not add up rows. 'none stated' holds letters that state
-- reading: no diagnosis, or none with a region. share_of_letters_with_overturn: at least one item is overturned. Letters
-- reading: differ in much besides the diagnosis, so a difference is not its effect.
-- reading: Under 5 letters there are counts only; under 20 (few letters) a rate is no finding. The interval holds the
-- reading: rate 19 times of 20 if the letters are a sample; it counts items of one letter as alike as they are.
-- stored: counts each letter under its natures and regions (2 s at 2 million letters)
WITH letters AS (
    SELECT determination_id, diagnosis_natures, diagnosis_regions, (overturned > 0)::INTEGER AS y
    FROM marts.letters
    WHERE items > 0 AND ($from IS NULL OR decision_date >= $from) AND ($to IS NULL OR decision_date <= $to)
),
named AS (
    SELECT
        'nature' AS kind,
        unnest(CASE WHEN len(diagnosis_natures) > 0 THEN diagnosis_natures ELSE ['none stated'] END) AS value,
        1 AS n,
        y
    FROM letters
    UNION ALL
    SELECT
        'body region',
        unnest(CASE WHEN len(diagnosis_regions) > 0 THEN diagnosis_regions ELSE ['none stated'] END),
        1,
        y
    FROM letters
)
SELECT
    kind,
    value,
    count(*) AS letters,
    count(*) / (SELECT count(*) FROM letters) AS share_of_letters,
    sum(y)::BIGINT AS letters_with_overturn,
    share(n, y) AS share_of_letters_with_overturn,
    share_low(n, y, 0.0) AS share_of_letters_with_overturn_low,
    share_high(n, y, 0.0) AS share_of_letters_with_overturn_high,
    letters_note(count(*)) AS note
FROM named
GROUP BY kind, value
ORDER BY kind DESC, value = 'none stated', letters DESC, value
