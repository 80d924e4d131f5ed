-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE imr.diagnoses (
    determination_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    diagnosis VARCHAR NOT NULL,
    nature VARCHAR NOT NULL,
    is_uncertain BOOLEAN NOT NULL
);
COMMENT ON TABLE imr.diagnoses IS 'One row per current or working diagnosis that the clinical case summary states. Key: determination_id, position';
COMMENT ON COLUMN imr.diagnoses.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN imr.diagnoses.position IS 'Place in its list, from 1';
COMMENT ON COLUMN imr.diagnoses.diagnosis IS 'A current or working diagnosis of the clinical summary as written';
COMMENT ON COLUMN imr.diagnoses.nature IS 'Of what kind it is, the first of `codes.diagnosis_natures` that it names';
COMMENT ON COLUMN imr.diagnoses.is_uncertain IS 'It is in doubt: rule out, possible, probable, suspected, likely, versus';
