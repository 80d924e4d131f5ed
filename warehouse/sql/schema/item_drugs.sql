-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.item_drugs (
    determination_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    drug_as_written VARCHAR NOT NULL,
    ingredient VARCHAR,
    drug_class VARCHAR,
    strength VARCHAR,
    quantity DOUBLE,
    refills INTEGER,
    is_compound BOOLEAN NOT NULL,
    mme_per_unit DOUBLE,
    mme_requested DOUBLE,
    mme_per_day DOUBLE
);
COMMENT ON TABLE main.item_drugs IS 'One row per drug of a disputed item, of a compound one per ingredient. Key: determination_id, item_number, position';
COMMENT ON COLUMN main.item_drugs.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.item_drugs.item_number IS 'Number of the disputed item in its letter, from 1';
COMMENT ON COLUMN main.item_drugs.position IS 'Place in its list, from 1';
COMMENT ON COLUMN main.item_drugs.drug_as_written IS 'Drug as written, lower case, without strength and dosage form';
COMMENT ON COLUMN main.item_drugs.ingredient IS 'Generic name, `codes.drugs`; a fixed combination joined by `/`';
COMMENT ON COLUMN main.item_drugs.drug_class IS 'The state''s class of the drug, `codes.drug_classes`';
COMMENT ON COLUMN main.item_drugs.strength IS 'Strength as written';
COMMENT ON COLUMN main.item_drugs.quantity IS 'Quantity as written: tablets, grams, milliliters';
COMMENT ON COLUMN main.item_drugs.refills IS 'Refills in dispute';
COMMENT ON COLUMN main.item_drugs.is_compound IS 'Part of a compound made by a pharmacy';
COMMENT ON COLUMN main.item_drugs.mme_per_unit IS 'Morphine milligram equivalents of one unit (CDC 2022, `codes.mme_factors`); null where unknown';
COMMENT ON COLUMN main.item_drugs.mme_requested IS 'Morphine milligram equivalents of one fill of the original request';
COMMENT ON COLUMN main.item_drugs.mme_per_day IS 'Morphine milligram equivalents a day, by fixed written directions, else by the stated days of supply';
