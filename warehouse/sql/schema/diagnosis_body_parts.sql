-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.diagnosis_body_parts (
    determination_id VARCHAR NOT NULL,
    diagnosis_position INTEGER NOT NULL,
    position INTEGER NOT NULL,
    region VARCHAR NOT NULL,
    side VARCHAR CHECK (side IN ('left', 'right', 'bilateral'))
);
COMMENT ON TABLE main.diagnosis_body_parts IS 'One row per body region and side that a diagnosis names. Key: determination_id, diagnosis_position, position';
COMMENT ON COLUMN main.diagnosis_body_parts.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.diagnosis_body_parts.diagnosis_position IS '`position` of the diagnosis in `diagnoses`';
COMMENT ON COLUMN main.diagnosis_body_parts.position IS 'Place in its list, from 1';
COMMENT ON COLUMN main.diagnosis_body_parts.region IS 'Body region that the request or the diagnosis names, `codes.body_regions`';
COMMENT ON COLUMN main.diagnosis_body_parts.side IS 'Its side, where stated';
