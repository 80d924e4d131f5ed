-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.published_decisions (
    case_number VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    url VARCHAR NOT NULL,
    decision_date DATE NOT NULL,
    injury_date DATE,
    application_received_date DATE,
    decision_date_as_printed VARCHAR NOT NULL,
    injury_date_as_printed VARCHAR,
    application_received_date_as_printed VARCHAR,
    specialty_as_printed VARCHAR,
    category_as_printed VARCHAR,
    subcategory_as_printed VARCHAR,
    decision_as_printed VARCHAR,
    asked_at TIMESTAMP NOT NULL,
    outcome VARCHAR CHECK (outcome IN ('upheld', 'overturned', 'partially overturned')),
    specialty VARCHAR,
    category VARCHAR,
    subcategory VARCHAR,
    drug_class VARCHAR,
    decision VARCHAR CHECK (decision IN ('upheld', 'overturned'))
);
COMMENT ON TABLE main.published_decisions IS 'One row per case and item that the state''s search shows, in the order of its rows, as printed and by the code tables; empty where nothing was fetched. Key: case_number, item_number';
COMMENT ON COLUMN main.published_decisions.case_number IS 'CMyy-nnnnnnn: year of the application and its running number in that year';
COMMENT ON COLUMN main.published_decisions.item_number IS 'Number of the disputed item in its letter, from 1';
COMMENT ON COLUMN main.published_decisions.url IS 'Address of the letter at the state''s search';
COMMENT ON COLUMN main.published_decisions.decision_date IS 'Date of the final determination, from the header or the search';
COMMENT ON COLUMN main.published_decisions.injury_date IS 'Date of injury, from the header or the search';
COMMENT ON COLUMN main.published_decisions.application_received_date IS 'Date the application for review was received, from the header or the search';
COMMENT ON COLUMN main.published_decisions.decision_date_as_printed IS 'Date of the decision as the state''s search prints it';
COMMENT ON COLUMN main.published_decisions.injury_date_as_printed IS 'Date of injury as the state''s search prints it';
COMMENT ON COLUMN main.published_decisions.application_received_date_as_printed IS 'Date the application was received as the state''s search prints it';
COMMENT ON COLUMN main.published_decisions.specialty_as_printed IS 'Specialty of the reviewer as the state''s search prints it';
COMMENT ON COLUMN main.published_decisions.category_as_printed IS 'Category of the treatment as the state''s search prints it';
COMMENT ON COLUMN main.published_decisions.subcategory_as_printed IS 'Subcategory or drug class as the state''s search prints it';
COMMENT ON COLUMN main.published_decisions.decision_as_printed IS 'Decision on the item as the state''s search prints it';
COMMENT ON COLUMN main.published_decisions.asked_at IS 'When the state''s search was asked (UTC)';
COMMENT ON COLUMN main.published_decisions.outcome IS 'Outcome of the case, from its items: all upheld, all overturned, or some of both';
COMMENT ON COLUMN main.published_decisions.specialty IS 'The same as the state''s search names it, `codes.specialties`; null where unknown';
COMMENT ON COLUMN main.published_decisions.category IS 'The state''s category of the treatment, `codes.categories`; null where unknown';
COMMENT ON COLUMN main.published_decisions.subcategory IS 'The state''s subcategory, for drugs the class, `codes.categories`; null where unknown';
COMMENT ON COLUMN main.published_decisions.drug_class IS 'The state''s class of the drug, `codes.drug_classes`';
COMMENT ON COLUMN main.published_decisions.decision IS 'Upheld: the denial stands. Overturned: it does not';
