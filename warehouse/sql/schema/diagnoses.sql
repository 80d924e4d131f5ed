-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.diagnoses (
    determination_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    diagnosis VARCHAR NOT NULL,
    nature VARCHAR NOT NULL,
    is_uncertain BOOLEAN NOT NULL
);
COMMENT ON TABLE main.diagnoses IS 'One row per current or working diagnosis that the clinical case summary states. Key: determination_id, position';
COMMENT ON COLUMN main.diagnoses.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.diagnoses.position IS 'Place in its list, from 1';
COMMENT ON COLUMN main.diagnoses.diagnosis IS 'A current or working diagnosis of the clinical summary as written';
COMMENT ON COLUMN main.diagnoses.nature IS 'Of what kind it is, the first of `codes.diagnosis_natures` that it names';
COMMENT ON COLUMN main.diagnoses.is_uncertain IS 'It is in doubt: rule out, possible, probable, suspected, likely, versus';
