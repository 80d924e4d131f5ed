"""The build: Parquet files become one DuckDB file beside the one that people read, and then take its place.

Belongs here: what is loaded in which order, and the swap. Does not belong here: SQL (`load/`, `schema/`, `checks/`),
and who may build at a time (`imr_etl.locks`).

A reader that has the old file open goes on reading it. A build that fails leaves the old file as it was.
"""

import contextlib
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

import duckdb

from imr_etl import __version__
from imr_etl.errors import RunError
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import PARSER_VERSION
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS, WAREHOUSE_TABLES, WarehouseTable
from imr_etl.vocabulary import code_table_names
from warehouse import attached, sql, sql_names
from warehouse.checks import CheckResult, run_checks

MEMORY_LIMIT = "1200MB"
"""What DuckDB may hold in memory before it uses the disk; the process stays under 2 GiB."""


CSV = "header = true, all_varchar = true, delim = ',', quote = '\"'"
"""How a code table is written; nothing of it is guessed."""


@dataclass(frozen=True)
class BuildReport:
    """A finished build: rows of each table, problems by code, every check, how long it took."""

    rows: dict[str, int]
    problems: dict[str, int]
    checks: list[CheckResult]
    seconds: float


def build(paths: DataPaths) -> BuildReport:
    """Build the warehouse from the Parquet files below a data folder and swap it in.

    Raises RunError where a check that means that the build is wrong fails, or where another program holds the
    warehouse open for writing. The old warehouse is then untouched.
    """
    started = time.monotonic()
    _remove(paths.building)
    try:
        with contextlib.closing(_connect(paths)) as connection:
            _load(connection, paths)
            checks = run_checks(connection)
            _refuse_failed(checks)
            rows = {name: _count(connection, f"imr.{name}") for name in WAREHOUSE_TABLES}
            problems = dict(
                connection.execute("SELECT code, count(*) FROM imr.problems GROUP BY code ORDER BY code").fetchall()
            )
            connection.execute("CHECKPOINT")
        _swap(paths)
    finally:
        _remove(paths.building)
    return BuildReport(rows, problems, checks, time.monotonic() - started)


def is_current(paths: DataPaths) -> bool:
    """The warehouse was built from the Parquet files that lie there now, by these rules."""
    if not paths.warehouse.is_file():
        return False
    try:
        with contextlib.closing(attached(paths.warehouse, read_only=True)) as connection:
            row = connection.execute("SELECT source_fingerprint FROM imr.build").fetchone()
    except duckdb.Error:
        return False
    return row is not None and row[0] == fingerprint(paths)


def fingerprint(paths: DataPaths) -> str:
    """Changes with every Parquet file that a build reads, with the schema and with the rules."""
    sources = [path for names in _sources(paths).values() for path in names]
    seen = sorted((path, Path(path).stat().st_size, Path(path).stat().st_mtime_ns) for path in sources)
    rules = [sql(f"{folder}/{name}") for folder in ("schema", "load", "checks") for name in sql_names(folder)]
    return sha256(repr((seen, rules, __version__, EXTRACTOR_VERSION, PARSER_VERSION)).encode()).hexdigest()


def _connect(paths: DataPaths) -> duckdb.DuckDBPyConnection:
    paths.root.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(paths.building) + ".tmp",
    }
    return attached(paths.building, config=config)


def _sources(paths: DataPaths) -> dict[str, list[str]]:
    """The Parquet files that a build reads, by the name that `load/` calls them."""
    files_stage = {name: [paths.files(name)] for name in ("letter_files", "problems")}
    blocks = {
        "letter_reads": paths.lines("letter_reads", "*"),
        **{name: paths.tables(name, "*") for name in ("letter_parses", "determinations", "problems")},
        **{table.name: paths.tables(table.name, "*") for table in CHILDREN},
    }
    listed = {name: sorted(pattern.parent.glob(pattern.name)) for name, pattern in blocks.items()}
    sources = {
        "letter_files": files_stage["letter_files"],
        "file_problems": files_stage["problems"],
        "letter_problems": listed.pop("problems"),
        **listed,
    }
    return {name: [str(path) for path in found if path.exists()] for name, found in sources.items()}


def _load(connection: duckdb.DuckDBPyConnection, paths: DataPaths) -> None:
    sources = _sources(paths)
    empty = [name for name, found in sources.items() if not found]
    if empty:
        raise RunError(
            f"There is nothing to build the warehouse from yet: no {empty[0]} below {paths.root}. Load letters first."
        )
    # DuckDB 1.5 takes no comments on schemas.
    for schema in ("imr", "codes"):
        connection.execute(f"CREATE SCHEMA {schema}")
    for name in WAREHOUSE_TABLES:
        connection.execute(sql(f"schema/{name}"))
    for name in ("current_letters", "letter_files", "problems"):
        text = sql(f"load/{name}")
        connection.execute(text, {source: found for source, found in sources.items() if f"${source}" in text})
    for table in (DETERMINATIONS, *CHILDREN):
        _load_current(connection, table, sources[table.name])
    _load_codes(connection)
    _load_build(connection, paths)


def _load_current(connection: duckdb.DuckDBPyConnection, table: WarehouseTable, source: list[str]) -> None:
    """The rows of the letters that count, and the certainty that all of them came over."""
    own = [name for name in table.columns if name != "determination_id"]
    connection.execute(
        f"INSERT INTO imr.{table.name} BY NAME"
        f" SELECT current_letters.determination_id, {', '.join(f'source.{name}' for name in own)}"
        f" FROM read_parquet($source) AS source JOIN current_letters USING (sha256) ORDER BY {', '.join(table.key)}",
        {"source": source},
    )
    wanted = connection.execute(
        "SELECT count(*) FROM read_parquet($source) SEMI JOIN current_letters USING (sha256)", {"source": source}
    ).fetchone()
    built = _count(connection, f"imr.{table.name}")
    if wanted is None or wanted[0] != built:
        raise RunError(
            f"The warehouse was not replaced: {table.name} would have {built} rows, its Parquet files have {wanted}."
        )


def _load_codes(connection: duckdb.DuckDBPyConnection) -> None:
    for name in code_table_names():
        with as_file(files("imr_etl.vocabulary").joinpath(f"{name}.csv")) as path:
            connection.execute(
                f"CREATE TABLE codes.{name} AS FROM read_csv($path, {CSV})",
                {"path": str(path)},
            )
    connection.execute("CREATE TABLE codes.problem_codes (code VARCHAR NOT NULL, meaning VARCHAR NOT NULL)")
    connection.executemany("INSERT INTO codes.problem_codes VALUES (?, ?)", list(PROBLEM_CODES.items()))


def _load_build(connection: duckdb.DuckDBPyConnection, paths: DataPaths) -> None:
    connection.execute(
        "CREATE TABLE imr.build AS SELECT $built_at::TIMESTAMP AS built_at, $version AS imr_etl_version,"
        " $extractor AS extractor_version, $parser AS parser_version, count(*) AS letters,"
        " $fingerprint AS source_fingerprint FROM imr.letter_files",
        {
            "built_at": datetime.now(UTC).replace(tzinfo=None),
            "version": __version__,
            "extractor": EXTRACTOR_VERSION,
            "parser": PARSER_VERSION,
            "fingerprint": fingerprint(paths),
        },
    )
    connection.execute(
        "COMMENT ON TABLE imr.build IS 'One row: when this warehouse was built, from what, by which rules'"
    )


def _refuse_failed(checks: list[CheckResult]) -> None:
    failed = [check for check in checks if check.severity == "block" and not check.passed]
    if failed:
        first = failed[0]
        raise RunError(
            f"The warehouse was not replaced: {first.count} bad rows in {first.name}, such as {first.sample[0]}."
        )


def _swap(paths: DataPaths) -> None:
    """Put the built file in the old one's place, unless a program is writing to the old one."""
    for path in (paths.warehouse, paths.warehouse_file):
        _refuse_folder_or_writer(path)
    with paths.building.open("rb+") as file:
        os.fsync(file.fileno())
    paths.building.replace(paths.warehouse_file)
    _link(paths)
    folder = os.open(paths.root, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _refuse_folder_or_writer(path: Path) -> None:
    if path.is_dir():
        raise RunError(f"{path} is a folder: move it away, the warehouse is a file of that name.")
    if path.exists():
        try:
            attached(path, read_only=True).close()
        except duckdb.IOException as error:
            if "lock" in str(error).casefold():
                raise RunError(
                    f"{path} is open for writing in another program: close it there and run again."
                ) from error
        except duckdb.Error:
            # A file that is no warehouse is in the way of one.
            return


def _link(paths: DataPaths) -> None:
    """Let the name that people open lead to the file, whatever stood there."""
    if not (paths.warehouse.is_symlink() and paths.warehouse.exists()):
        link = paths.building.with_name(paths.building.name + ".link")
        link.unlink(missing_ok=True)
        link.symlink_to(paths.warehouse_file.name)
        link.replace(paths.warehouse)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _remove(building: Path) -> None:
    """What an earlier build left that did not end."""
    for path in (building, building.with_name(building.name + ".wal")):
        path.unlink(missing_ok=True)
