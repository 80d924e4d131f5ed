CREATE TABLE main.build (
    built_at TIMESTAMP NOT NULL,
    imr_etl_version VARCHAR NOT NULL,
    git_commit VARCHAR,
    extractor_version VARCHAR NOT NULL,
    parser_version VARCHAR NOT NULL,
    letters BIGINT NOT NULL,
    source_folder VARCHAR,
    source_fingerprint VARCHAR NOT NULL
);
COMMENT ON TABLE main.build IS 'One row: when this warehouse was built, from what, by which rules';
COMMENT ON COLUMN main.build.built_at IS 'When it was built (UTC)';
COMMENT ON COLUMN main.build.imr_etl_version IS 'Version of imr-etl that built it';
COMMENT ON COLUMN main.build.git_commit IS 'Commit of the checkout that built it, null where it is none';
COMMENT ON COLUMN main.build.extractor_version IS 'Version of the rules that read files into lines';
COMMENT ON COLUMN main.build.parser_version IS 'Version of the rules and code tables that read lines into tables';
COMMENT ON COLUMN main.build.letters IS 'Distinct contents of letters'' files, loaded or not';
COMMENT ON COLUMN main.build.source_folder IS 'Address of the folder below which all of their files lie, null where there is none';
COMMENT ON COLUMN main.build.source_fingerprint IS 'Changes with the Parquet files it was built from and with every rule of the build';
INSERT INTO main.build
SELECT
    $built_at,
    $imr_etl_version,
    $git_commit,
    $extractor_version,
    $parser_version,
    count(*),
    $source_folder,
    $source_fingerprint
FROM main.letter_files;
