"""Parquet files read by DuckDB, in one way.

Belongs here: the macro `parquet_rows`, which every SQL statement reads Parquet files by, and the file names that it
takes. Does not belong here: which files are read (`warehouse.build.inputs`), and reading by polars
(`imr_etl.storage.parquet`).

DuckDB guesses from paths: a folder `year=2018` becomes a column `year`, a folder `a*` stands for every folder whose
name begins with `a`. A data folder may have any name, so nothing is guessed here.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

PARQUET_ROWS = """
CREATE TEMP MACRO parquet_rows(files) AS TABLE
SELECT * EXCLUDE (parquet_file), parse_filename(parquet_file, true) AS file_block
FROM read_parquet(files, filename = 'parquet_file', hive_partitioning = false, union_by_name = true)
"""
"""The rows of files, and the block that each file's name stands for. A column that a file lacks is null in its rows."""


def define_parquet_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the table macro `parquet_rows(files)` for a connection."""
    connection.execute(PARQUET_ROWS)


def file_names(files: Iterable[Path]) -> list[str]:
    """Write paths as `parquet_rows` takes them: no character stands for other characters."""
    return [re.sub(r"[*?\[]", r"[\g<0>]", str(path)) for path in files]
