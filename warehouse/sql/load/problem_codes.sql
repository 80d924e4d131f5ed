CREATE TABLE codes.problem_codes (code VARCHAR NOT NULL, meaning VARCHAR NOT NULL);
COMMENT ON TABLE codes.problem_codes IS 'What can be wrong with a letter';
COMMENT ON COLUMN codes.problem_codes.code IS 'The code in main.problems';
COMMENT ON COLUMN codes.problem_codes.meaning IS 'What it means';
