-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.guideline_citations (
    determination_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    cited_by VARCHAR NOT NULL CHECK (cited_by IN ('claims_administrator', 'reviewer')),
    position INTEGER NOT NULL,
    source VARCHAR NOT NULL CHECK (source IN ('MTUS', 'Non-MTUS')),
    guideline VARCHAR NOT NULL,
    year INTEGER,
    sections VARCHAR[],
    pages VARCHAR,
    guideline_family VARCHAR,
    guideline_chapter VARCHAR
);
COMMENT ON TABLE main.guideline_citations IS 'One row per guideline that the claims administrator or the reviewer cited for a disputed item. Key: determination_id, item_number, cited_by, position';
COMMENT ON COLUMN main.guideline_citations.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.guideline_citations.item_number IS 'Number of the disputed item in its letter, from 1';
COMMENT ON COLUMN main.guideline_citations.cited_by IS 'Whose guideline it is';
COMMENT ON COLUMN main.guideline_citations.position IS 'Place in its list, from 1';
COMMENT ON COLUMN main.guideline_citations.source IS 'Within the Medical Treatment Utilization Schedule or not';
COMMENT ON COLUMN main.guideline_citations.guideline IS 'Title as written, without its year; for Non-MTUS the whole citation';
COMMENT ON COLUMN main.guideline_citations.year IS 'Year of the guideline''s edition, where stated';
COMMENT ON COLUMN main.guideline_citations.sections IS 'Sections cited, as written';
COMMENT ON COLUMN main.guideline_citations.pages IS 'Pages cited, as written';
COMMENT ON COLUMN main.guideline_citations.guideline_family IS 'Family of the guideline, `codes.guideline_families`; null where unknown';
COMMENT ON COLUMN main.guideline_citations.guideline_chapter IS 'Chapter of the guideline, where it names one';
