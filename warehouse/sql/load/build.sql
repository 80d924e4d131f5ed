CREATE TABLE main.build (
    built_at TIMESTAMP NOT NULL,
    imr_etl_version VARCHAR NOT NULL,
    git_commit VARCHAR,
    extractor_version VARCHAR NOT NULL,
    parser_version VARCHAR NOT NULL,
    letters BIGINT NOT NULL,
    source_folder VARCHAR,
    rules VARCHAR NOT NULL,
    stamp BIGINT NOT NULL,
    search_index VARCHAR NOT NULL
);
COMMENT ON TABLE main.build IS 'One row: when this warehouse was built, from what, by which rules';
COMMENT ON COLUMN main.build.built_at IS 'When it was built (UTC)';
COMMENT ON COLUMN main.build.imr_etl_version IS 'Version of imr-etl that built it';
COMMENT ON COLUMN main.build.git_commit IS 'Commit of the checkout that built it, null where it is none';
COMMENT ON COLUMN main.build.extractor_version IS 'Version of the rules that read files into lines';
COMMENT ON COLUMN main.build.parser_version IS 'Version of the rules and code tables that read lines into tables';
COMMENT ON COLUMN main.build.letters IS 'Distinct contents of letters'' files, loaded or not';
COMMENT ON COLUMN main.build.source_folder IS 'Address of the folder, archive or bucket below which all of their files lie, null where there is none';
COMMENT ON COLUMN main.build.rules IS 'Hash of the rules of the build; a warehouse by other rules is built again from nothing';
COMMENT ON COLUMN main.build.search_index IS 'Name of the file beside this one that is its search index';
COMMENT ON COLUMN main.build.stamp IS 'When the file was last changed, in seconds since 1970, as its build set it; a file of another time was changed since';
CREATE TABLE main.build_inputs (
    table_name VARCHAR NOT NULL,
    block VARCHAR,
    checksum VARCHAR NOT NULL
);
COMMENT ON TABLE main.build_inputs IS 'One row per Parquet file that this warehouse holds. Key: table_name, block';
COMMENT ON COLUMN main.build_inputs.table_name IS 'What the file holds';
COMMENT ON COLUMN main.build_inputs.block IS 'Block of 10,000 case numbers, null for a file of all blocks';
COMMENT ON COLUMN main.build_inputs.checksum IS 'Checksum that the file states of itself';
