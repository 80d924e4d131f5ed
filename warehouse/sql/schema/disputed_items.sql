-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.disputed_items (
    determination_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    request VARCHAR NOT NULL,
    authorized VARCHAR,
    disputed VARCHAR NOT NULL,
    decision VARCHAR NOT NULL CHECK (decision IN ('upheld', 'overturned')),
    claims_administrator_guideline VARCHAR,
    reviewer_guideline VARCHAR,
    rationale VARCHAR,
    category VARCHAR,
    subcategory VARCHAR,
    treatment VARCHAR,
    visits INTEGER,
    visits_per_week INTEGER,
    weeks INTEGER,
    requested_quantity DOUBLE,
    authorized_quantity DOUBLE,
    disputed_quantity DOUBLE,
    quantity_unit VARCHAR CHECK (quantity_unit IN ('visits', 'units', 'hours')),
    is_retrospective BOOLEAN NOT NULL,
    is_ancillary BOOLEAN NOT NULL,
    parent_item_number INTEGER,
    decision_follows_parent BOOLEAN,
    first_page INTEGER NOT NULL,
    last_page INTEGER NOT NULL
);
COMMENT ON TABLE main.disputed_items IS 'One row per disputed treatment and its decision. Key: determination_id, item_number';
COMMENT ON COLUMN main.disputed_items.determination_id IS 'The case number; `sha256:` and 16 hex digits where a letter has none';
COMMENT ON COLUMN main.disputed_items.item_number IS 'Number of the disputed item in its letter, from 1';
COMMENT ON COLUMN main.disputed_items.request IS 'The request as written, everything before the decision';
COMMENT ON COLUMN main.disputed_items.authorized IS 'What utilization review had authorized of it, as written; null where nothing';
COMMENT ON COLUMN main.disputed_items.disputed IS 'What is in dispute, as written';
COMMENT ON COLUMN main.disputed_items.decision IS 'Upheld: the denial stands. Overturned: it does not';
COMMENT ON COLUMN main.disputed_items.claims_administrator_guideline IS 'Guideline the claims administrator relied on, as written';
COMMENT ON COLUMN main.disputed_items.reviewer_guideline IS 'Guideline the reviewer relied on, as written';
COMMENT ON COLUMN main.disputed_items.rationale IS 'The reviewer''s decision rationale as written';
COMMENT ON COLUMN main.disputed_items.category IS 'The state''s category of the treatment, `codes.categories`; null where unknown';
COMMENT ON COLUMN main.disputed_items.subcategory IS 'The state''s subcategory, for drugs the class, `codes.categories`; null where unknown';
COMMENT ON COLUMN main.disputed_items.treatment IS 'Treatment that decided the category, `codes.treatments`; null for drugs and unknown ones';
COMMENT ON COLUMN main.disputed_items.visits IS 'Visits or sessions in dispute; null where none are stated or a range is';
COMMENT ON COLUMN main.disputed_items.visits_per_week IS 'Visits a week; null where not stated or a range is';
COMMENT ON COLUMN main.disputed_items.weeks IS 'Weeks of treatment; null where not stated or a range is';
COMMENT ON COLUMN main.disputed_items.requested_quantity IS 'Quantity of the original request in `quantity_unit`; of drugs in all fills. Null where another service was authorized';
COMMENT ON COLUMN main.disputed_items.authorized_quantity IS 'Quantity of it that utilization review authorized; 0 where the request was denied outright';
COMMENT ON COLUMN main.disputed_items.disputed_quantity IS 'Quantity in dispute; null where none is stated or a range is';
COMMENT ON COLUMN main.disputed_items.quantity_unit IS 'What the three quantities count';
COMMENT ON COLUMN main.disputed_items.is_retrospective IS 'The request is for a service already rendered, and says so';
COMMENT ON COLUMN main.disputed_items.is_ancillary IS 'The request is for a service of an operation that the letter disputes as another item, and says so';
COMMENT ON COLUMN main.disputed_items.parent_item_number IS 'Item number of that operation';
COMMENT ON COLUMN main.disputed_items.decision_follows_parent IS 'The rationale rests on the decision about an operation; null without a rationale';
COMMENT ON COLUMN main.disputed_items.first_page IS 'Page on which the item begins';
COMMENT ON COLUMN main.disputed_items.last_page IS 'Page on which the item ends';
