-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.letter_files (
    sha256 VARCHAR NOT NULL,
    case_number VARCHAR,
    block VARCHAR NOT NULL,
    uri VARCHAR NOT NULL,
    byte_count BIGINT,
    media_type VARCHAR CHECK (media_type IN ('application/pdf', 'text/plain')),
    is_present BOOLEAN NOT NULL,
    page_count INTEGER,
    first_seen TIMESTAMP NOT NULL,
    extractor VARCHAR CHECK (extractor IN ('pdfium', 'pdfplumber', 'plain', 'tesseract')),
    extractor_version VARCHAR,
    parser_version VARCHAR,
    rows_checksum VARCHAR,
    status VARCHAR NOT NULL CHECK (status IN ('loaded', 'superseded', 'unreadable', 'quarantined')),
    superseded_by VARCHAR
);
COMMENT ON TABLE main.letter_files IS 'One row per distinct content of a letter''s file, with what became of it. Key: sha256';
COMMENT ON COLUMN main.letter_files.sha256 IS 'SHA-256 of the letter, unpacked; `uri:` and 16 hex digits for a file or folder that could not be read';
COMMENT ON COLUMN main.letter_files.case_number IS 'CMyy-nnnnnnn: year of the application and its running number in that year';
COMMENT ON COLUMN main.letter_files.block IS 'Block of 10,000 case numbers that the letter is kept in, or `unnumbered`';
COMMENT ON COLUMN main.letter_files.uri IS 'Address of the file, of the archive''s member, the object or the row of a table';
COMMENT ON COLUMN main.letter_files.byte_count IS 'Size of the file in bytes';
COMMENT ON COLUMN main.letter_files.media_type IS 'What the file is';
COMMENT ON COLUMN main.letter_files.is_present IS 'The newest listing of the folder found the file';
COMMENT ON COLUMN main.letter_files.page_count IS 'Pages of the letter';
COMMENT ON COLUMN main.letter_files.first_seen IS 'When a run first saw this content (UTC)';
COMMENT ON COLUMN main.letter_files.extractor IS 'Program that read the text';
COMMENT ON COLUMN main.letter_files.extractor_version IS 'Version of the rules that read the file into lines';
COMMENT ON COLUMN main.letter_files.parser_version IS 'Version of the rules and code tables that read the lines into tables';
COMMENT ON COLUMN main.letter_files.rows_checksum IS 'Checksum of the letter''s rows in all tables, by which a build finds what changed';
COMMENT ON COLUMN main.letter_files.status IS 'What became of the letter';
COMMENT ON COLUMN main.letter_files.superseded_by IS 'The determination whose current letter took this one''s place; null where none did';
