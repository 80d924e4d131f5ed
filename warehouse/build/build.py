"""The build: what the Parquet files below a data folder hold becomes the warehouse that people open.

Belongs here: the order of a build's steps. Does not belong here: what is loaded from the files
(`warehouse.build.load`), the change of files (`warehouse.build.publish`), SQL (`sql/schema/`,
`sql/load/`, `sql/marts/`, `sql/checks/`), and who may build at a time (`imr_etl.storage.locks`).
"""

import contextlib
import os
import re
import sqlite3
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from imr_etl import __version__
from imr_etl.errors import DiskFullError, RunError
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import parser_version
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.render import code_table_comments
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.storage.locks import NO_WAIT, Wait
from imr_etl.storage.paths import DataPaths
from imr_etl.vocabulary import code_table, code_table_names
from imr_etl.vocabulary.additions import use_vocabulary
from warehouse import MEMORY_LIMIT, attached, select_rows, sql, transaction
from warehouse.build.answers import store_answers
from warehouse.build.checks import CheckResult, FailedChecksError, is_blocked_by, published_rows, run_checks
from warehouse.build.inputs import input_files, inputs, rules
from warehouse.build.load import (
    blocks_of_file_problems,
    prepare,
    remember,
    replace_blocks,
    replace_folder_problems,
    replace_published,
    sources,
)
from warehouse.build.marts import compute_from_all_letters, create_batch_cases, create_marts, row_counts
from warehouse.build.publish import new_stamp, publish, remove_unfinished, spill_folder, start_building
from warehouse.build.search_index import SearchIndex

CHECKPOINT_THRESHOLD = "1GB"
"""How much may change before DuckDB writes what was committed into the file, from memory and spill files.

A nightly run changes less, and so writes once, at the end of the build. With the default of 16 MB, a nightly run over
2 million letters writes twice, which takes seconds.
"""

VACUUM_TASKS = 0
"""How many tasks may join row groups of a table that are not full: none, which wastes little room.

By default the first builds after a full one of 2 million letters take 20 s more each, and the full build takes longer.
"""

FAULTS_OF_DATA = (duckdb.IntegrityError, duckdb.OperationalError, duckdb.InvalidInputException, sqlite3.Error)
"""What is raised for a value or a file that is not as it must be, a full disk, and memory that does not suffice."""


@dataclass(frozen=True)
class BuildReport:
    """A finished build: letters by status, rows of tables and marts, problems by code, all checks, how long it took.

    `changed` is how many letters were loaded where the build went on from an older warehouse, None where it loaded all.
    """

    letters: dict[str, int]
    rows: dict[str, int]
    problems: dict[str, int]
    checks: list[CheckResult]
    changed: int | None
    seconds: float


def build(paths: DataPaths, *, full: bool = False, wait: Wait = NO_WAIT) -> BuildReport:
    """Build the warehouse from the Parquet files below a data folder and publish it.

    The steps: list the files; find the warehouse to go on from and the blocks that differ; load their letters into
    tables, marts and search index; compute what depends on all letters; check; publish. All blocks are loaded into an
    empty file where there is no warehouse to go on from, and where `full` asks for it.

    `wait` is how long a program that has the warehouse open for writing is waited for.

    Raises FailedChecksError where a check that blocks fails, BusyError where another program has the warehouse open for
    writing, RunError where a file, a value or a code table that the folder adds to is not as it must be. The old
    warehouse then stays published.
    """
    started = time.monotonic()
    use_vocabulary(paths.vocabulary)
    now = inputs(paths)
    if not input_files(paths)["letter_files"]:
        raise RunError(f"There is nothing to build the warehouse from yet below {paths.root}: load letters first.")
    blocks, index_file = start_building(paths, now, full=full, wait=wait)
    try:
        with (
            contextlib.closing(_connect(paths)) as connection,
            contextlib.closing(SearchIndex(index_file)) as index,
        ):
            if blocks is None:
                _create_tables(connection)
            create_batch_cases(connection)
            letters = _load(connection, index, paths, now, blocks)
            compute_from_all_letters(connection)
            store_answers(connection)
            stamp = _write_build(connection, index_file)
            with published_rows(connection, paths.warehouse):
                checks = run_checks(connection)
            if any(map(is_blocked_by, checks)):
                raise FailedChecksError(checks)
            report = BuildReport(
                letters=_counts(connection, "letter_files", "status"),
                rows=_row_counts(connection),
                problems=_counts(connection, "problems", "code"),
                checks=checks,
                changed=None if blocks is None else letters,
                seconds=time.monotonic() - started,
            )
            connection.execute("CHECKPOINT")
        publish(paths, stamp, wait)
    except FAULTS_OF_DATA as error:
        message = re.sub(r"^\w+ Error: ", "", str(error).partition("\n")[0]).rstrip(".!")
        kind = DiskFullError if "No space left" in message else RunError
        raise kind(f"The warehouse was not replaced: {message}.") from error
    finally:
        remove_unfinished(paths)
    return report


def _connect(paths: DataPaths) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "checkpoint_threshold": CHECKPOINT_THRESHOLD,
        "max_vacuum_tasks": VACUUM_TASKS,
        "temp_directory": str(spill_folder(paths)),
    }
    return attached(paths.building, has_log=False, config=config)


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create all tables, code tables and marts in an empty file, with their comments."""
    with transaction(connection):
        # DuckDB 1.5 takes no comments on schemas.
        connection.execute("CREATE SCHEMA codes")
        for name in WAREHOUSE_TABLES:
            connection.execute(sql(f"schema/{name}"))
        connection.execute(sql("load/build"))
        for name in code_table_names():
            create_code_table(connection, name)
        connection.execute(sql("load/problem_codes"))
        codes, rows = select_rows(pl.DataFrame(list(PROBLEM_CODES.items()), ["code", "meaning"], orient="row"))
        connection.execute(f"INSERT INTO codes.problem_codes {codes}", rows)
    create_marts(connection)


def create_code_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create a code table in schema `codes` with its rows and comments."""
    select, rows = select_rows(code_table(name))
    connection.execute(f"CREATE TABLE codes.{name} AS {select}", rows)
    connection.execute(code_table_comments(name))


def _load(
    connection: duckdb.DuckDBPyConnection,
    index: SearchIndex,
    paths: DataPaths,
    now: pl.DataFrame,
    blocks: list[str] | None,
) -> int:
    """Load blocks, all where None are given; return how many letters were loaded."""
    prepare(connection)
    with sources(paths) as found:
        changed = now["block"].drop_nulls() if blocks is None else blocks
        blocks = sorted({*changed, *blocks_of_file_problems(connection, found)})
        letters = replace_blocks(connection, index, found, now, blocks)
        replace_folder_problems(connection, found)
        replace_published(connection, found, now)
    connection.execute("DELETE FROM main.build_inputs WHERE block IS NULL")
    remember(connection, now.filter(pl.col("block").is_null()))
    return letters


def _write_build(connection: duckdb.DuckDBPyConnection, index_file: Path) -> int:
    """Write the row of `build`; return the stamp that the file is to have."""
    stamp = new_stamp()
    values = {
        "built_at": datetime.now(UTC).replace(tzinfo=None),
        "imr_etl_version": __version__,
        "git_commit": _commit(),
        "extractor_version": EXTRACTOR_VERSION,
        "parser_version": parser_version(),
        "letters": _count(connection, "letter_files"),
        "source_folder": _folder_of_all(connection),
        "rules": rules(),
        "stamp": stamp,
        "search_index": index_file.name,
    }
    connection.execute("DELETE FROM main.build")
    columns = ", ".join(f"${name} AS {name}" for name in values)
    connection.execute(f"INSERT INTO main.build BY NAME SELECT {columns}", values)
    return stamp


def _commit() -> str | None:
    """Find the commit that this code is checked out at; None where it is not, or where there is no git."""
    here = Path(__file__).parents[2]
    if not (here / ".git").exists():
        return None
    try:
        command = ["git", "-C", str(here), "rev-parse", "HEAD"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  nothing of it is input
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _folder_of_all(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Find the address below which all letters' files lie; None where they come from several kinds of places."""
    # The first and the last of sorted texts share what all of them share.
    ends = connection.execute("SELECT min(uri), max(uri) FROM main.letter_files").fetchall()[0]
    folder = os.path.commonprefix([uri for uri in ends if uri]).rpartition("/")[0]  # noqa: RUF071  addresses
    return folder.rstrip("!") if "://" in folder else None


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the rows of all tables, marts among them."""
    return {name: _count(connection, name) for name in WAREHOUSE_TABLES} | {
        f"marts.{name}": count for name, count in row_counts(connection).items()
    }


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = connection.execute(f"SELECT count(*) FROM main.{table}").fetchall()
    return int(count)


def _counts(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> dict[str, int]:
    """Count the rows of a table by a column."""
    return dict(connection.execute(f"SELECT {column}, count(*) FROM main.{table} GROUP BY 1 ORDER BY 1").fetchall())
