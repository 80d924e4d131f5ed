-- Letters of some blocks that the warehouse has, of each case the one that counts.
-- $blocks: the blocks.
CREATE TEMP TABLE loaded_before AS
SELECT letter.determination_id, letter.sha256, file.block
FROM main.determinations AS letter
JOIN (FROM main.letter_files WHERE list_contains($blocks, block)) AS file ON file.sha256 = letter.sha256;
