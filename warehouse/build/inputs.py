"""What a warehouse is built from: Parquet files by table and block, with their checksums, and the rules of the build.

Belongs here: which files a build reads, which of them a warehouse holds, and whether it is current. Does not belong
here: what is loaded from the files (`warehouse.build.load`), and which file people open (`warehouse.build.publish`).

The warehouse itself remembers what it holds: table `build_inputs` has the checksum of each file that it was built from,
and table `build` the rules. A file that something else wrote to since its build is not trusted: its time of last change
differs from the one that the build gave it, or DuckDB left a log beside it.
"""

import contextlib
import functools
import os
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from imr_etl import __version__
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import parser_version
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS
from imr_etl.storage.checksums import stored_checksum
from imr_etl.storage.paths import DataPaths
from warehouse import MEMORY_LIMIT, attached, sql, sql_names
from warehouse.build.search_index import COLUMNS, ITEMS_A_LETTER, TOKENIZER

INPUTS = {"table_name": pl.String(), "block": pl.String(), "checksum": pl.String()}
"""Columns of `build_inputs`. `block` is null for the files of tables without blocks."""

FILE_PROBLEMS, PUBLISHED = "file_problems", "published_decisions"
WITHOUT_BLOCKS = (FILE_PROBLEMS, PUBLISHED)
"""Tables of which a build loads all files: one with problems of files, and one a month of the state's search."""

RULES = ("schema", "load", "marts", "questions", "checks")
"""Folders whose SQL decides what a warehouse holds."""

SECOND = 10**9

Files = dict[str, dict[str, Path]]
"""Parquet files by table and block."""


class Held(NamedTuple):
    """What a warehouse says of its build."""

    rules: str
    stamp: int
    search_index: str
    built_at: str
    inputs: pl.DataFrame


def input_files(paths: DataPaths) -> Files:
    """List the Parquet files that a build reads, in the order of blocks, by the name of their table in `sql/load/`."""
    patterns = {
        "letter_files": paths.letter_files("*"),
        "letter_problems": paths.tables("problems", "*"),
        "letter_reads": paths.lines("letter_reads", "*"),
        "letter_parses": paths.tables("letter_parses", "*"),
        **{table.name: paths.tables(table.name, "*") for table in (DETERMINATIONS, *CHILDREN)},
    }
    return {
        name: {path.stem: path for path in sorted(pattern.parent.glob(pattern.name))}
        for name, pattern in patterns.items()
    }


def files_without_blocks(paths: DataPaths) -> Files:
    """List the Parquet files of tables without blocks by table and name."""
    of_files, published = paths.files("problems"), paths.published(PUBLISHED, "*")
    return {
        FILE_PROBLEMS: {of_files.stem: of_files} if of_files.exists() else {},
        PUBLISHED: {path.stem: path for path in sorted(published.parent.glob(published.name))},
    }


def inputs(paths: DataPaths) -> pl.DataFrame:
    """Read which files a build would load now: table_name, block, checksum, in the order of `held_inputs`.

    A file that states no checksum has an empty one; a build refuses it. Costs one small read a file.
    """
    rows: list[tuple[str, str | None, str]] = [
        (name, block, stored_checksum(path) or "")
        for name, by_block in input_files(paths).items()
        for block, path in by_block.items()
    ]
    rows += [
        (name, None, stored_checksum(path) or "")
        for name, files in files_without_blocks(paths).items()
        for path in files.values()
    ]
    return _ordered(pl.DataFrame(rows, schema=INPUTS, orient="row"))


def held_inputs(warehouse: Path) -> pl.DataFrame | None:
    """Read which files a warehouse holds: table_name, block, checksum.

    None where there is no warehouse, where other rules built it, and where it is not as its build left it.
    """
    if warehouse.is_file() and not _change(warehouse):
        with contextlib.suppress(duckdb.Error):
            held = _held(warehouse)
            return held.inputs if held.rules == rules() else None
    return None


def changed_blocks(held: pl.DataFrame, now: pl.DataFrame) -> list[str]:
    """List the blocks of which a file is new, gone or different, in their order."""
    differing = pl.concat([held, now]).unique(keep="none")["block"]
    return sorted(differing.drop_nulls().unique())


def is_current(paths: DataPaths) -> bool:
    """Check whether the warehouse holds exactly the Parquet files that are there now, by these rules."""
    held = held_inputs(paths.warehouse)
    return held is not None and held.equals(inputs(paths))


def build_of(warehouse: Path) -> str | None:
    """Read when a warehouse was built, to the microsecond, by which its report names it; None where that is unknown."""
    with contextlib.suppress(duckdb.Error, OSError, ValueError):
        return _held(warehouse).built_at
    return None


def fault(paths: DataPaths, *, verify: bool = False) -> str | None:
    """Find what happened to the warehouse's file since it was published, as one sentence; None where nothing did.

    With `verify` all of it is read, which takes some 10 s for 4 GB, and finds damage that left its time as it was. The
    standby may then be damaged too: the next build goes on from neither. Returns None also where no
    warehouse was published yet, and for one that an older version built. A build refuses a folder in the place of the
    warehouse, and says which program is writing to it.
    """
    file = paths.warehouse
    if not file.exists():
        what = f"{file} is missing" if paths.standby.exists() else None
    elif not file.is_file():
        what = None
    elif (what := _change(file)) is None and verify and (what := _damage(file)):
        paths.standby.unlink(missing_ok=True)
        os.utime(file)
    return f"{what}: the warehouse is built again." if what else None


def rules() -> str:
    """Compute a hash that changes with the schema and with every rule of a build."""
    texts = [sql(f"{folder}/{name}") for folder in RULES for name in sql_names(folder)]
    versions = (__version__, EXTRACTOR_VERSION, parser_version(), PROBLEM_CODES, COLUMNS, TOKENIZER, ITEMS_A_LETTER)
    return sha256(repr((texts, versions)).encode()).hexdigest()


def logs_of(database: Path) -> list[Path]:
    """Name the files in which DuckDB keeps what it has not yet written into a database file.

    A program that was killed leaves them, and DuckDB replays them into whatever file has the database's name then.
    """
    return [database.with_name(database.name + end) for end in (".wal", ".wal.checkpoint", ".wal.recovery")]


def _change(file: Path) -> str | None:
    """Find what shows that something else than its build wrote to a warehouse, or that it cannot be read."""
    if left := next((log for log in logs_of(file) if log.exists()), None):
        # While a program writes to the file it is no leftover: a build says which program that is.
        return None if _is_held(file) else f"{left} holds changes that another program left"
    try:
        held = _held(file)
    except duckdb.BinderException:
        return None  # An older version built it.
    except duckdb.CatalogException:
        # What version 0.1 built has other tables, and a link leads to it.
        return None if file.is_symlink() else f"{file} holds another database"
    except (duckdb.Error, ValueError):
        return None if _is_held(file) else f"{file} is damaged or cannot be read"
    index_file = file.with_name(held.search_index)
    if not index_file.exists():
        return f"{index_file} is missing"
    changed = [each for each in (file, index_file) if each.stat().st_mtime_ns != held.stamp * SECOND]
    return f"{changed[0]} was changed since the last finished build" if changed else None


def _damage(file: Path) -> str | None:
    """Read all of a warehouse and of its search index; DuckDB compares the checksum of every block that it reads."""
    try:
        with contextlib.closing(attached(file, read_only=True, config={"memory_limit": MEMORY_LIMIT})) as connection:
            tables = connection.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()"
            ).fetchall()
            for schema, table in tables:
                name = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, table))
                connection.execute(f"SELECT bit_xor(hash(rows)) FROM {name} AS rows").fetchall()
    except duckdb.Error:
        return f"{file} is damaged or cannot be read"
    index = search_index(file)
    if index is not None:
        try:
            with contextlib.closing(sqlite3.connect(f"{index.as_uri()}?immutable=1", uri=True)) as database:
                is_whole = database.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
        except sqlite3.Error:
            is_whole = False
        return None if is_whole else f"{index} is damaged or cannot be read"
    return None


def search_index(warehouse: Path) -> Path | None:
    """Find the search index that belongs to a warehouse; None where there is no warehouse or it names none."""
    with contextlib.suppress(duckdb.Error, OSError, ValueError):
        return warehouse.with_name(_held(warehouse).search_index)
    return None


def _is_held(file: Path) -> bool:
    """Check whether another program has a database open for writing."""
    try:
        attached(file, read_only=True).close()
    except duckdb.Error as error:
        return "Could not set lock" in str(error)
    return False


def _held(warehouse: Path) -> Held:
    """Read what a warehouse says of its build.

    Raises duckdb.Error or ValueError for a file that is no warehouse of this version, or that another program has open
    for writing.
    """
    found = warehouse.stat()
    return _read_held(warehouse, found.st_ino, found.st_mtime_ns, found.st_size)


@functools.lru_cache(maxsize=4)
def _read_held(warehouse: Path, *_identity: int) -> Held:
    """Do what `_held` does, once while a file stays the same: opening it takes longer than a small build's queries."""
    with contextlib.closing(attached(warehouse, read_only=True)) as connection:
        found = connection.execute("SELECT rules, stamp, search_index, built_at::VARCHAR FROM main.build").fetchall()
        ((own_rules, stamp, index, built_at),) = found
        rows = connection.execute(f"SELECT {', '.join(INPUTS)} FROM main.build_inputs").fetchall()
    return Held(own_rules, stamp, index, built_at, _ordered(pl.DataFrame(rows, schema=INPUTS, orient="row")))


def _ordered(inputs: pl.DataFrame) -> pl.DataFrame:
    return inputs.sort("table_name", "block", "checksum")
