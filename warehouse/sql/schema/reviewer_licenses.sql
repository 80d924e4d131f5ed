-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.reviewer_licenses (
    determination_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    state VARCHAR NOT NULL
);
COMMENT ON TABLE main.reviewer_licenses IS 'One row per state that the letter''s expert reviewer is licensed in. Key: determination_id, position';
COMMENT ON COLUMN main.reviewer_licenses.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.reviewer_licenses.position IS 'Place in its list, from 1';
COMMENT ON COLUMN main.reviewer_licenses.state IS 'State that licensed the reviewer';
