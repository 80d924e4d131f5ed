"""The DuckDB warehouse: SQL files, the build that runs them, and queries to what it published.

`sql/schema/` holds the tables (generated), `sql/load/` how they are filled from Parquet, `sql/checks/` queries that
return bad rows, `sql/marts/` the marts, `sql/questions/` and `sql/report/` what people ask of them, one SELECT each.
Does not belong here: how a value is found in a letter (`imr_etl`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

MEMORY_LIMIT = "900MB"
"""What DuckDB counts as its memory, in a build and in a query; the process takes up to 800 MB more."""


def sql(name: str) -> str:
    """Read an SQL file of this package by its path below `sql/`, such as `load/current_letters`."""
    return files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def sql_names(folder: str) -> list[str]:
    """List the SQL files of a folder of `sql/`, without their ending, in alphabetical order."""
    entries = files(__package__).joinpath("sql", folder).iterdir()
    return sorted(entry.name.removesuffix(".sql") for entry in entries if entry.name.endswith(".sql"))


def attached(
    path: Path,
    *,
    read_only: bool = False,
    has_log: bool = True,
    config: dict[str, str | bool | int | float | list[str]] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open a database file in a connection of its own, as the catalog `imr`, whatever the file is called.

    A second `duckdb.connect(path)` of a process would show what the first one shows, also after another file has taken
    the path's place. Without a write-ahead log (`has_log`) less is written, and a file is lost where its writer is
    killed.

    Raises duckdb.IOException where another process is writing to the file.
    """
    connection = duckdb.connect(config=config or {})
    mode = "READ_ONLY" if read_only else f"RECOVERY_MODE '{'default' if has_log else 'no_wal_writes'}'"
    quoted_path = str(path).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted_path}' AS imr ({mode})")
        connection.execute("USE imr")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def select_rows(frame: pl.DataFrame) -> tuple[str, dict[str, str]]:
    """Write a SELECT of a frame's rows, all columns as text, and the parameter that it takes.

    The rows travel as one JSON text. DuckDB takes a list of Python values apart one by one, at 0.3 ms each.
    """
    structure = ", ".join(f'"{name}": "VARCHAR"' for name in frame.columns)
    return (
        f"SELECT unnest(from_json($rows, '[{{{structure}}}]'), recursive := true)",
        {"rows": frame.select(pl.all().cast(pl.String)).write_json()},
    )


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Write statements to the disk together: rows once, in full row groups, and a hundred comments as fast as one.

    Where a statement fails, the transaction stays open: the connection is of no further use.
    """
    connection.execute("BEGIN")
    yield
    connection.execute("COMMIT")
