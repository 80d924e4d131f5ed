"""The build: Parquet files become one DuckDB file beside the one that people read, and then take its place.

Belongs here: what is loaded in which order, and the swap. Does not belong here: SQL (`load/`, `schema/`, `checks/`),
and who may build at a time (`imr_etl.locks`).

A reader that has the old file open goes on reading it. A build that fails leaves the old file as it was.
"""

import contextlib
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

import duckdb

from imr_etl import __version__, store
from imr_etl.errors import RunError
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import PARSER_VERSION
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.render import code_table_comments
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS, TABLES, WAREHOUSE_TABLES, WarehouseTable
from imr_etl.vocabulary import code_table_names
from warehouse import attached, sql, sql_names
from warehouse.checks import CheckResult, run_checks
from warehouse.marts import build_marts

MEMORY_LIMIT = "900MB"
"""What DuckDB counts as its memory. The process takes up to 800 MB more, and may take 2 GiB."""

BLOCKS_AT_A_TIME = 10
"""Blocks whose rows are sorted together: 230,000 items with their texts fit in memory.

Measured: 2 million letters are built in 229 s; sorted all at once they took 334 s and 12 GB of temporary files. Loading
200,000 letters takes 26 s, and 43 s where every block is sorted alone.
"""

CSV = "header = true, all_varchar = true, delim = ',', quote = '\"'"
"""How a code table is written; nothing of it is guessed."""

FAULTS_OF_DATA = (duckdb.IntegrityError, duckdb.OperationalError, duckdb.InvalidInputException)
"""What DuckDB raises for a value or a file that is not as it must be, a full disk, and memory that does not suffice."""


@dataclass(frozen=True)
class BuildReport:
    """A finished build: letters by status, rows of tables and marts, problems by code, all checks, how long it took."""

    letters: dict[str, int]
    rows: dict[str, int]
    problems: dict[str, int]
    checks: list[CheckResult]
    seconds: float


def build(paths: DataPaths) -> BuildReport:
    """Build the warehouse from the Parquet files below a data folder and swap it in.

    Raises RunError where a check that means that the build is wrong fails, where a file or a value is not as it must
    be, or where another program holds the warehouse open for writing. The old warehouse is then untouched.
    """
    started = time.monotonic()
    _remove_building(paths)
    _refuse_folder_or_writer(paths)
    try:
        with contextlib.closing(_connect(paths)) as connection:
            _load(connection, paths)
            marts = build_marts(connection)
            checks = run_checks(connection)
            _refuse_failed(checks)
            rows = {name: _count(connection, f"FROM imr.{name}") for name in WAREHOUSE_TABLES} | {
                f"marts.{name}": count for name, count in marts.items()
            }
            letters = _counts(connection, "letter_files", "status")
            problems = _counts(connection, "problems", "code")
            connection.execute("CHECKPOINT")
        _swap(paths)
    except FAULTS_OF_DATA as error:
        told = str(error).partition("\n")[0].partition(": ")[2].rstrip(".!")
        raise RunError(f"The warehouse was not replaced: {told}.") from error
    finally:
        _remove_building(paths)
    return BuildReport(letters, rows, problems, checks, time.monotonic() - started)


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
    sources = [path for found in _sources(paths).values() for path in found]
    seen = sorted((str(path.relative_to(paths.root)), path.stat().st_size, path.stat().st_mtime_ns) for path in sources)
    rules = [sql(f"{folder}/{name}") for folder in ("schema", "load", "models", "checks") for name in sql_names(folder)]
    versions = (__version__, EXTRACTOR_VERSION, PARSER_VERSION, PROBLEM_CODES)
    return sha256(repr((seen, rules, versions)).encode()).hexdigest()


def _connect(paths: DataPaths) -> duckdb.DuckDBPyConnection:
    paths.root.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(_temporary(paths)),
    }
    return attached(paths.building, config=config)


def _temporary(paths: DataPaths) -> Path:
    """The folder for what does not fit in memory."""
    return paths.building.with_name(paths.building.name + ".tmp")


def _sources(paths: DataPaths) -> dict[str, list[Path]]:
    """The Parquet files that a build reads, in the order of blocks, by the name that `load/` calls them."""
    patterns = {
        "letter_files": paths.files("letter_files"),
        "file_problems": paths.files("problems"),
        "letter_problems": paths.tables("problems", "*"),
        "letter_reads": paths.lines("letter_reads", "*"),
        "letter_parses": paths.tables("letter_parses", "*"),
        **{table.name: paths.tables(table.name, "*") for table in (DETERMINATIONS, *CHILDREN)},
    }
    return {name: sorted(pattern.parent.glob(pattern.name)) for name, pattern in patterns.items()}


def _load(connection: duckdb.DuckDBPyConnection, paths: DataPaths) -> None:
    sources = _sources(paths)
    if not sources["letter_files"]:
        raise RunError(f"There is nothing to build the warehouse from yet below {paths.root}: load letters first.")
    # DuckDB 1.5 takes no comments on schemas.
    for schema in ("imr", "codes"):
        connection.execute(f"CREATE SCHEMA {schema}")
    for name in WAREHOUSE_TABLES:
        connection.execute(sql(f"schema/{name}"))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("current_letters", "letter_files", "problems"):
            text = sql(f"load/{name}")
            named = set(re.findall(r"\$(\w+)", text)) & set(sources)
            connection.execute(text, {source: _names(sources[source] or [_empty(source, folder)]) for source in named})
    for table in (DETERMINATIONS, *CHILDREN):
        _load_current(connection, table, sources[table.name])
    _load_codes(connection)
    _load_build(connection, paths)


def _empty(source: str, folder: str) -> Path:
    """A Parquet file without rows: what a table is of which there is no file yet."""
    path = Path(folder) / f"{source}.parquet"
    store.write(TABLES["problems" if source.endswith("problems") else source].empty(), path)
    return path


def _load_current(connection: duckdb.DuckDBPyConnection, table: WarehouseTable, source: list[Path]) -> None:
    """The rows of the letters that count, in the order of the key, and the certainty that all of them came over."""
    own = ", ".join(f"source.{name}" for name in table.columns if name != "determination_id")
    # One transaction: rows are then written once, in full row groups, and not to the log first.
    connection.execute("BEGIN")
    for first in range(0, len(source), BLOCKS_AT_A_TIME):
        some = source[first : first + BLOCKS_AT_A_TIME]
        connection.execute(
            f"INSERT INTO imr.{table.name} BY NAME SELECT letter.determination_id, {own}"
            " FROM read_parquet($source, filename = true) AS source"
            " JOIN (FROM current_letters WHERE block BETWEEN $first AND $last) AS letter"
            " ON letter.sha256 = source.sha256 AND letter.block = parse_filename(source.filename, true)"
            f" ORDER BY {', '.join(table.key)}",
            {"source": _names(some), "first": some[0].stem, "last": some[-1].stem},
        )
    connection.execute("COMMIT")
    wanted = _count(connection, sql("load/current_rows"), {"source": _names(source)}) if source else 0
    built = _count(connection, f"FROM imr.{table.name}")
    if wanted != built:
        raise RunError(
            f"The warehouse was not replaced: {table.name} would have {built} rows, its Parquet files have {wanted}."
        )


def _load_codes(connection: duckdb.DuckDBPyConnection) -> None:
    for name in code_table_names():
        with as_file(files("imr_etl.vocabulary").joinpath(f"{name}.csv")) as path:
            connection.execute(f"CREATE TABLE codes.{name} AS FROM read_csv($path, {CSV})", {"path": str(path)})
        connection.execute(code_table_comments(name))
    connection.execute(sql("load/problem_codes"))
    connection.executemany("INSERT INTO codes.problem_codes VALUES (?, ?)", list(PROBLEM_CODES.items()))


def _load_build(connection: duckdb.DuckDBPyConnection, paths: DataPaths) -> None:
    connection.execute(
        sql("load/build"),
        {
            "built_at": datetime.now(UTC).replace(tzinfo=None),
            "imr_etl_version": __version__,
            "extractor_version": EXTRACTOR_VERSION,
            "parser_version": PARSER_VERSION,
            "source_fingerprint": fingerprint(paths),
        },
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
    _refuse_folder_or_writer(paths)
    with paths.building.open("rb+") as file:
        os.fsync(file.fileno())
    # What a killed program wrote to the old file and DuckDB had not taken in yet it would take into the new one.
    _log_of(paths.warehouse_file).unlink(missing_ok=True)
    paths.building.replace(paths.warehouse_file)
    _link(paths)
    folder = os.open(paths.root, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _refuse_folder_or_writer(paths: DataPaths) -> None:
    for path in (paths.warehouse, paths.warehouse_file):
        if path.is_dir():
            raise RunError(f"{path} is a folder: move it away, the warehouse is a file of that name.")
        if path.exists():
            _refuse_writer(path)


def _refuse_writer(path: Path) -> None:
    try:
        attached(path, read_only=True).close()
    except duckdb.Error as error:
        # Any other fault is that of a file that is no warehouse, and in the way of one.
        if "Could not set lock" in str(error):
            holder = re.search(r"\(PID \d+\)", str(error))
            named = f" {holder[0]}" if holder else ""
            raise RunError(
                f"{path} is open for writing in another program{named}: close it there and run again."
            ) from error


def _link(paths: DataPaths) -> None:
    """Let the name that people open lead to the file, whatever stood there."""
    if not (paths.warehouse.is_symlink() and paths.warehouse.exists()):
        link = paths.building.with_name(paths.building.name + ".link")
        link.unlink(missing_ok=True)
        link.symlink_to(paths.warehouse_file.name)
        link.replace(paths.warehouse)


def _count(connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, list[str]] | None = None) -> int:
    """How many rows a query answers."""
    row = connection.execute(f"SELECT count(*) FROM ({query})", parameters or {}).fetchone()
    return int(row[0]) if row else 0


def _counts(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> dict[str, int]:
    """How many rows of a table have each value."""
    return dict(connection.execute(f"SELECT {column}, count(*) FROM imr.{table} GROUP BY 1 ORDER BY 1").fetchall())


def _names(found: list[Path]) -> list[str]:
    return [str(path) for path in found]


def _log_of(database: Path) -> Path:
    """Where DuckDB keeps what it has not yet written into a database file."""
    return database.with_name(database.name + ".wal")


def _remove_building(paths: DataPaths) -> None:
    """What a build leaves that did not end."""
    for path in (paths.building, _log_of(paths.building)):
        path.unlink(missing_ok=True)
    shutil.rmtree(_temporary(paths), ignore_errors=True)
