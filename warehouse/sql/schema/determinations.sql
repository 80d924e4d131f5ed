-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.determinations (
    determination_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    case_number VARCHAR,
    template VARCHAR NOT NULL CHECK (template IN ('F1', 'F2b', 'F2a', 'F3', 'unknown')),
    priority VARCHAR CHECK (priority IN ('standard', 'expedited')),
    injury_date DATE,
    ur_denial_date DATE,
    application_received_date DATE,
    assigned_date DATE,
    decision_date DATE,
    outcome VARCHAR CHECK (outcome IN ('upheld', 'overturned', 'partially overturned')),
    item_count INTEGER NOT NULL,
    patient_age INTEGER,
    patient_sex VARCHAR CHECK (patient_sex IN ('male', 'female')),
    clinical_summary VARCHAR,
    page_count INTEGER NOT NULL,
    parser_version VARCHAR NOT NULL
);
COMMENT ON TABLE main.determinations IS 'One row per case: its current final determination letter. Key: determination_id';
COMMENT ON COLUMN main.determinations.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.determinations.sha256 IS 'SHA-256 of the letter, unpacked; `uri:` and 16 hex digits for a file or folder that could not be read';
COMMENT ON COLUMN main.determinations.case_number IS 'CMyy-nnnnnnn: year of the application and its running number in that year';
COMMENT ON COLUMN main.determinations.template IS 'Template of the letter';
COMMENT ON COLUMN main.determinations.priority IS 'Priority of the review';
COMMENT ON COLUMN main.determinations.injury_date IS 'Date of injury, from the header or the search';
COMMENT ON COLUMN main.determinations.ur_denial_date IS 'Date of the utilization review''s denial, from the header';
COMMENT ON COLUMN main.determinations.application_received_date IS 'Date the application for review was received, from the header or the search';
COMMENT ON COLUMN main.determinations.assigned_date IS 'Date the review was assigned, from the header';
COMMENT ON COLUMN main.determinations.decision_date IS 'Date of the final determination, from the header or the search';
COMMENT ON COLUMN main.determinations.outcome IS 'Outcome of the case, from its items: all upheld, all overturned, or some of both';
COMMENT ON COLUMN main.determinations.item_count IS 'Disputed items of the letter';
COMMENT ON COLUMN main.determinations.patient_age IS 'Age of the injured worker in years, from the clinical summary';
COMMENT ON COLUMN main.determinations.patient_sex IS 'Sex of the injured worker, from the clinical summary';
COMMENT ON COLUMN main.determinations.clinical_summary IS 'Clinical case summary as written';
COMMENT ON COLUMN main.determinations.page_count IS 'Pages of the letter';
COMMENT ON COLUMN main.determinations.parser_version IS 'Version of the rules and code tables that read the lines into tables';
