"""Reading a built warehouse: one way in, and one sentence for whatever may stand in the place of a warehouse.

Belongs here: opening for reading, and the sentences for a file that is no warehouse, is damaged, is older than this
program or is held by another one. Does not belong here: what is read, and building (`warehouse.build.build`).

A reader writes nothing beside the file: a copy on a disk that cannot be written serves as well. It may read while a run
is at work, which builds its own file beside and swaps it in.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb
import polars as pl

from imr_etl.errors import RunError
from imr_etl.schema.tables import TABLES
from warehouse import MEMORY_LIMIT, attached

FAULTS_OF_A_FILE = (
    duckdb.IOException,
    duckdb.SerializationException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.InvalidInputException,
)
"""What DuckDB raises for a file that is no database, or that is damaged where it reads next."""

NO_TEXT = "Unable to cast Python instance"
"""What DuckDB says of a parameter with half of a surrogate pair, as which Python reads a byte that is not UTF-8."""


@contextmanager
def reading(path: Path, config: Mapping[str, str | int] | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection for reading a warehouse, in which `determinations` and `main.determinations` name its table.

    `config` are settings of DuckDB. Raises RunError where there is no warehouse, where the file is none, is damaged, is
    open for writing elsewhere or may not be read, and, within the block, where it lacks a table or column that is asked
    for, and where a value that is asked for is no text.
    """
    if not path.exists():
        raise RunError(f"There is no warehouse in {path.parent} yet: load letters with `imr-etl run --letters FOLDER`.")
    if path.is_dir():
        raise RunError(f"{path} is a folder: name the data folder that has the warehouse in it as a file.")
    with closing(_opened(path, config or {})) as connection:
        try:
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise RunError(
                f"{path} is older than this imr-etl and lacks what is asked for: `imr-etl run` builds it again."
            ) from error
        except FAULTS_OF_A_FILE as error:
            raise _fault(path, error) from error
        except RuntimeError as error:
            if NO_TEXT not in str(error):
                raise
            raise RunError("What is asked for has bytes that are not UTF-8: write it again as text.") from error


def loaded_letters(path: Path) -> pl.DataFrame:
    """Read `letter_files` from a warehouse, as its last build found them; no rows if it cannot be read.

    A letter whose file name has no case number has that of its header. The warehouse may be of another version: its
    table may be in another schema, and a column that it lacks is null.
    """
    table = TABLES["letter_files"]
    try:
        with reading(path) as connection:
            found = connection.execute(
                "SELECT schema_name, column_name FROM duckdb_columns()"
                " WHERE database_name = 'imr' AND table_name = 'letter_files'"
            ).fetchall()
            if not found:
                return table.empty()
            schema = {name: table.schema[name] for _, name in found if name in table.columns}
            query = f"SELECT {', '.join(schema)} FROM imr.{found[0][0]}.letter_files"
            rows = connection.execute(query).fetchall()
    except (RunError, duckdb.Error):
        return table.empty()
    letters = pl.DataFrame(rows, schema=schema, orient="row").with_columns(is_present=False)
    return table.conform(pl.concat([table.empty(), letters], how="diagonal"))


def confine(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection read nothing from now on but what it has open, whatever a query says."""
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")


def _opened(path: Path, config: Mapping[str, str | int]) -> duckdb.DuckDBPyConnection:
    try:
        # What does not fit in memory must not go to the working directory, which may not be writable, nor to a folder
        # that another reader has: both would call their files the same. DuckDB makes and removes it.
        spill = f"{tempfile.gettempdir()}/imr-etl-{uuid4().hex}"
        return attached(path, read_only=True, config={"memory_limit": MEMORY_LIMIT, "temp_directory": spill, **config})
    except duckdb.Error as error:
        raise _fault(path, error) from error


def _fault(path: Path, error: duckdb.Error) -> RunError:
    message = str(error).partition("\n")[0]
    if "Could not set lock" in message:
        holder = re.search(r"\(PID \d+\)", message)
        named = f" {holder[0]}" if holder else ""
        return RunError(f"{path} is open for writing in another program{named}: close it there and ask again.")
    if "Permission denied" in message:
        return RunError(f"{path} cannot be read: give this user the right to read it.")
    if "newer version" in message:
        return RunError(f"{path} was written by a newer version: update imr-etl.")
    if "No space left" in message:
        return RunError(f"{tempfile.gettempdir()} has no room for what does not fit in memory: make room there.")
    return RunError(f"{path} is no warehouse, or is damaged: `imr-etl run --rehash` builds it again.")
