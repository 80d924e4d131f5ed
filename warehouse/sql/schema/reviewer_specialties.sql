-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.reviewer_specialties (
    determination_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    specialty_as_written VARCHAR NOT NULL,
    specialty VARCHAR
);
COMMENT ON TABLE main.reviewer_specialties IS 'One row per certification or specialty of the letter''s expert reviewer. Key: determination_id, position';
COMMENT ON COLUMN main.reviewer_specialties.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.reviewer_specialties.position IS 'Place in its list, from 1';
COMMENT ON COLUMN main.reviewer_specialties.specialty_as_written IS 'Certification or specialty of the reviewer as written';
COMMENT ON COLUMN main.reviewer_specialties.specialty IS 'The same as the state''s search names it, `codes.specialties`; null where unknown';
