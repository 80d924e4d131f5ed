-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.rationale_reasons (
    determination_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    reason VARCHAR NOT NULL
);
COMMENT ON TABLE main.rationale_reasons IS 'One row per reason that the rationale of an upheld item gives; an item of which none is found has no row. Key: determination_id, item_number, position';
COMMENT ON COLUMN main.rationale_reasons.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.rationale_reasons.item_number IS 'Number of the disputed item in its letter, from 1';
COMMENT ON COLUMN main.rationale_reasons.position IS 'Place in its list, from 1';
COMMENT ON COLUMN main.rationale_reasons.reason IS 'Why the denial was upheld, `codes.rationale_reasons`';
