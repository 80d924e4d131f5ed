"""imr-etl: California's Independent Medical Review letters as a warehouse.

The way of the data, one word a stage, the same here, in `assets/`, in `tests/` and on disk:

    files      `ingest.files`   a folder of letters       -> letter_files   one row per content
    lines      `ingest.lines`   letter_files              -> letter_lines   one row per printed line
    tables     `parse`          letter_lines              -> words as written, by section and part
               `transform`      words as written          -> codes and numbers: the normalized tables
    warehouse  `warehouse`      the tables as Parquet     -> imr.duckdb

What each column and table is stands in `schema`, what words mean in `vocabulary`, where everything lies in `paths`,
what can go wrong with a letter in `problems`. The library never imports Dagster; `assets/` wires it.
"""

# pyproject.toml takes it from here: asking for the installed package takes a third of a reading process's start.
__version__ = "0.2.0"
