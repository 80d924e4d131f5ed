-- Made by warehouse.dictionary; change imr_etl/schema and run `make schema`.
CREATE TABLE main.problems (
    sha256 VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    case_number VARCHAR,
    stage VARCHAR NOT NULL CHECK (stage IN ('files', 'lines', 'tables', 'warehouse')),
    code VARCHAR NOT NULL,
    field VARCHAR,
    excerpt VARCHAR,
    page INTEGER,
    letter_status VARCHAR CHECK (letter_status IN ('loaded', 'superseded', 'unreadable', 'quarantined'))
);
COMMENT ON TABLE main.problems IS 'One row per thing that is wrong with a letter or could not be read in it, with what became of the letter. Key: sha256, position';
COMMENT ON COLUMN main.problems.sha256 IS 'SHA-256 of the letter, unpacked; `uri:` and 16 hex digits for a file or folder that could not be read';
COMMENT ON COLUMN main.problems.position IS 'Place in its list, from 1';
COMMENT ON COLUMN main.problems.case_number IS 'CMyy-nnnnnnn: year of the application and its running number in that year';
COMMENT ON COLUMN main.problems.stage IS 'Stage that found the problem';
COMMENT ON COLUMN main.problems.code IS 'What is wrong, one of `codes.problem_codes`';
COMMENT ON COLUMN main.problems.field IS 'Column that is concerned, where it is one';
COMMENT ON COLUMN main.problems.excerpt IS 'What stands there, or a sentence that says what is wrong';
COMMENT ON COLUMN main.problems.page IS 'Page of the letter, from 1';
COMMENT ON COLUMN main.problems.letter_status IS 'What became of the letter; null for a folder that could not be read';
