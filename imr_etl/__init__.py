"""imr-etl: California's Independent Medical Review letters as a warehouse.

The way of the data, one word a stage, the same here, in `assets/`, in `tests/` and on disk:

    files      `ingest.files`   a folder of letters       -> letter_files   one row per content
    lines      `ingest.lines`   letter_files              -> letter_lines   one row per printed line
    tables     `parse`          letter_lines              -> words as written, by section and part
               `transform`      words as written          -> codes and numbers: the normalized tables
    warehouse  `warehouse`      the tables as Parquet     -> imr.duckdb

`schema` defines columns and tables, `vocabulary` what words mean, `storage.paths` where each file is, `problems` what
can go wrong with a letter. Only `assets/` imports Dagster.
"""

# pyproject.toml reads the version from here: to look it up in the installed package would take a third of the time
# in which a reading process starts.
__version__ = "0.2.0"
