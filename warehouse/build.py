"""The build: Parquet files become one DuckDB file beside the one that people read, and then take its place.

Belongs here: what is loaded in which order, and the swap. Does not belong here: SQL (`load/`, `schema/`, `checks/`),
and who may build at a time (`imr_etl.locks`).

A reader that has the old file open goes on reading it. A build that fails leaves the old file as it was. A night's few
letters are loaded into a copy of the old file: its rows are then those of a whole build, in another order.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import polars as pl

from imr_etl import __version__, store
from imr_etl.errors import RunError
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import PARSER_VERSION
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.render import code_table_comments, quoted
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS, TABLES, WAREHOUSE_TABLES, WarehouseTable
from imr_etl.vocabulary import code_table, code_table_names
from warehouse import attached, sql, transaction
from warehouse.checks import CheckResult, run_checks
from warehouse.marts import build_marts, remember_figures, update_marts
from warehouse.parquet import define_parquet_rows, file_names
from warehouse.quarantine import quarantine
from warehouse.sources import changed_blocks, fingerprint, logs_of, looks, of_blocks, remember, remember_spare, sources

MEMORY_LIMIT = "900MB"
"""What DuckDB counts as its memory. The process takes up to 800 MB more, and may take 2 GiB."""

CHECKPOINT_THRESHOLD = "1TB"
"""How long DuckDB's log may get before what it says is written into the file: never, a build ends with that once.

At 16 MB, where nothing else is said, a night over 2 million letters pays for it twice.
"""

VACUUM_TASKS = 0
"""How often that may join row groups of a table that are not full: never, which wastes little.

Else the first nights after a whole build of 2 million letters take 20 s each for it, and the whole build takes longer.
"""

BLOCKS_AT_A_TIME = 10
"""Blocks whose rows are sorted together: 230,000 items with their texts fit in memory.

Measured: 2 million letters are built in 229 s; sorted all at once they took 334 s and 12 GB of temporary files. Loading
200,000 letters takes 26 s, and 43 s where every block is sorted alone.
"""

DUE_CASES = "due_cases"
"""The temporary table of the cases that have, or had, a letter that is due (`load/due_cases`)."""

FAULTS_OF_DATA = (duckdb.IntegrityError, duckdb.OperationalError, duckdb.InvalidInputException)
"""What DuckDB raises for a value or a file that is not as it must be, a full disk, and memory that does not suffice."""


@dataclass(frozen=True)
class BuildReport:
    """A finished build: letters by status, rows of tables and marts, problems by code, all checks, how long it took.

    `changed` is how many letters were loaded into a copy of the warehouse before it, None where all were loaded.
    """

    letters: dict[str, int]
    rows: dict[str, int]
    problems: dict[str, int]
    checks: list[CheckResult]
    changed: int | None
    seconds: float


def build(paths: DataPaths, *, anew: bool = False) -> BuildReport:
    """Build the warehouse from the Parquet files below a data folder and swap it in.

    Where it is still that of most of them, a copy of it is brought up to date; with `anew` all letters are loaded.

    Raises RunError where a check that means that the build is wrong fails, where a file or a value is not as it must
    be, or where another program holds the warehouse open for writing. The old warehouse is then untouched.
    """
    started = time.monotonic()
    _remove_building(paths)
    _refuse_folder_or_writer(paths)
    if not sources(paths)["letter_files"]:
        raise RunError(f"There is nothing to build the warehouse from yet below {paths.root}: load letters first.")
    seen = looks(paths)
    changed = loaded = None
    try:
        blocks = _begin_with_last(paths, seen, anew=anew)
        with contextlib.closing(_connect(paths)) as connection:
            if blocks is None:
                _load_all(connection, paths, seen)
                marts = build_marts(connection)
            else:
                loaded = {"letter": DUE_CASES, "file": "due_letters"}
                changed = _load_due(connection, paths, seen, blocks)
                marts = update_marts(connection, DUE_CASES)
            checks = run_checks(connection, loaded)
            _refuse_failed(checks)
            rows = {name: _count(connection, f"FROM imr.{name}") for name in WAREHOUSE_TABLES} | {
                f"marts.{name}": count for name, count in marts.items()
            }
            letters = _counts(connection, "letter_files", "status")
            problems = _counts(connection, "problems", "code")
            connection.execute("CHECKPOINT")
        _swap(paths, keep_old=changed is not None)
        remember(paths, seen)
        if changed is None:
            _copy_to_spare(paths)
    except FAULTS_OF_DATA as error:
        told = str(error).partition("\n")[0].partition(": ")[2].rstrip(".!")
        raise RunError(f"The warehouse was not replaced: {told}.") from error
    finally:
        _remove_building(paths)
    return BuildReport(letters, rows, problems, checks, changed, time.monotonic() - started)


def _begin_with_last(paths: DataPaths, seen: pl.DataFrame, *, anew: bool) -> list[str] | None:
    """Have a warehouse to go on from where the new one is built; the blocks that changed since.

    The one before the last need not be copied, and no reader of the last one is in its way. None where all is loaded.
    """
    spare, last = paths.spare_file, paths.warehouse_file
    # A run that died before its swap left two names of one file.
    is_last = spare.exists() and last.exists() and spare.samefile(last)
    # What a killed program wrote to the standby would come into the new warehouse.
    is_written = _log_of(spare).exists()
    if not (anew or is_last or is_written):
        blocks = changed_blocks(paths, seen, spare=True)
        if blocks is not None and not _is_open(spare):
            spare.replace(paths.building)
            return blocks
    # It takes room that the new one may need.
    spare.unlink(missing_ok=True)
    if anew:
        return None
    blocks = changed_blocks(paths, seen)
    if blocks is not None:
        shutil.copyfile(last, paths.building)
    return blocks


def _is_open(path: Path) -> bool:
    """Any program reads the file or writes to it."""
    try:
        attached(path).close()
    except duckdb.Error:
        return True
    return False


def _connect(paths: DataPaths) -> duckdb.DuckDBPyConnection:
    paths.root.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "checkpoint_threshold": CHECKPOINT_THRESHOLD,
        "max_vacuum_tasks": VACUUM_TASKS,
        "temp_directory": str(_temporary(paths)),
    }
    connection = attached(paths.building, config=config)
    define_parquet_rows(connection)
    return connection


def _temporary(paths: DataPaths) -> Path:
    """The folder for what does not fit in memory."""
    return paths.building.with_name(paths.building.name + ".tmp")


def _load_all(connection: duckdb.DuckDBPyConnection, paths: DataPaths, seen: pl.DataFrame) -> None:
    """Load every letter into a new file."""
    with transaction(connection):
        # DuckDB 1.5 takes no comments on schemas.
        for schema in ("imr", "codes"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name in WAREHOUSE_TABLES:
            connection.execute(sql(f"schema/{name}"))
        _load_codes(connection)
    _load(connection, sources(paths))
    _load_build(connection, seen)


def _load_due(connection: duckdb.DuckDBPyConnection, paths: DataPaths, seen: pl.DataFrame, blocks: list[str]) -> int:
    """Load into a copy of the warehouse what changed since it was built; how many letters that are.

    All letters of a case are due where one is: which of them counts may have changed.
    """
    found = sources(paths)
    with _with_empty(found) as whole, _with_empty(of_blocks(found, blocks)) as changed:
        _execute(connection, "load/due_letters", changed, blocks=blocks)
        _execute(connection, "load/loaded_before", changed, blocks=blocks)
        for table in (DETERMINATIONS, *CHILDREN):
            _add_changed(connection, table, changed[table.name])
        with _with_empty(of_blocks(found, _blocks_due(connection, blocks))) as due:
            _execute(connection, "load/due_cases", due)
        _execute(connection, "load/due_letters_of_cases", whole)
    remember_figures(connection, DUE_CASES)
    for table in (DETERMINATIONS, *CHILDREN):
        connection.execute(f"DELETE FROM imr.{table.name} WHERE determination_id IN (FROM {DUE_CASES})")
    of_all_due = of_blocks(found, _blocks_due(connection, blocks))
    for name in ("letter_files", "problems"):
        connection.execute(f"DELETE FROM imr.{name} WHERE sha256 IN (FROM due_letters)")
    _load(connection, of_all_due, "SEMI JOIN due_letters USING (sha256)")
    connection.execute("DROP TABLE imr.build")
    _load_build(connection, seen)
    return _count(connection, "FROM due_letters")


def _blocks_due(connection: duckdb.DuckDBPyConnection, changed: list[str]) -> list[str]:
    """Blocks that changed, and those of other letters that are due: a problem of a file is no change of its block."""
    of_letters = connection.execute("SELECT DISTINCT block FROM imr.letter_files SEMI JOIN due_letters USING (sha256)")
    return sorted({*changed, *(block for (block,) in of_letters.fetchall())})


def _add_changed(connection: duckdb.DuckDBPyConnection, table: WarehouseTable, source: list[Path]) -> None:
    """Letters of the blocks that changed whose rows of a table are others than in the warehouse are due, too.

    The same letter and the same versions give the same rows; this is for what nobody thought of.
    """
    row = ", ".join(f"source.{name}" for name in table.columns if name != "determination_id")
    sums = f"SELECT loaded.sha256, sum(hash({row})) AS rows"
    connection.execute(
        "INSERT INTO due_letters"
        f" WITH now AS ({sums} FROM parquet_rows($source) AS source JOIN loaded_before AS loaded"
        " ON loaded.sha256 = source.sha256 AND loaded.block = source.file_block GROUP BY ALL),"
        f" before AS ({sums} FROM imr.{table.name} AS source"
        " JOIN loaded_before AS loaded ON loaded.determination_id = source.determination_id GROUP BY ALL)"
        " SELECT sha256 FROM ((FROM now EXCEPT FROM before) UNION ALL (FROM before EXCEPT FROM now))"
        " ANTI JOIN due_letters USING (sha256) GROUP BY sha256",
        {"source": file_names(source)},
    )


def _load(connection: duckdb.DuckDBPyConnection, found: dict[str, list[Path]], narrowed: str = "") -> None:
    """Load letters from Parquet files, all or those that a join narrows `letter_files` to."""
    with _with_empty(found) as filled:
        letter_files = ", ".join(quoted(name) for name in file_names(filled["letter_files"]))
        connection.execute(f"CREATE TEMP VIEW files_due AS FROM parquet_rows([{letter_files}]) {narrowed}")
        quarantine(connection, filled, narrowed, BLOCKS_AT_A_TIME)
        for name in ("current_letters", "letter_files", "problems"):
            _execute(connection, f"load/{name}", filled)
        for table in (DETERMINATIONS, *CHILDREN):
            _load_current(connection, table, filled[table.name])


def _execute(
    connection: duckdb.DuckDBPyConnection, name: str, found: dict[str, list[Path]], **parameters: list[str]
) -> None:
    """Run an SQL file; `$name` in it are the Parquet files of that name."""
    text = sql(name)
    named = set(re.findall(r"\$(\w+)", text))
    of_files = {source: file_names(found[source]) for source in named & set(found)}
    connection.execute(text, of_files | {key: value for key, value in parameters.items() if key in named})


@contextlib.contextmanager
def _with_empty(found: dict[str, list[Path]]) -> Iterator[dict[str, list[Path]]]:
    """The files of each table, after one without rows: it has all columns that the table has now."""
    with tempfile.TemporaryDirectory() as folder:
        filled = {}
        for name, files in found.items():
            empty = Path(folder) / f"{name}.parquet"
            TABLES["problems" if name.endswith("problems") else name].empty().write_parquet(empty)
            filled[name] = [empty, *files]
        yield filled


def _load_current(connection: duckdb.DuckDBPyConnection, table: WarehouseTable, source: list[Path]) -> None:
    """The rows of the letters that count, in the order of the key, and the certainty that all of them came over.

    `source` is as `_with_empty` yields it.
    """
    own = ", ".join(f"source.{name}" for name in table.columns if name != "determination_id")
    kept = _count(connection, f"FROM imr.{table.name}")
    empty, *in_blocks = source
    with transaction(connection):
        for first in range(0, len(in_blocks), BLOCKS_AT_A_TIME):
            some = in_blocks[first : first + BLOCKS_AT_A_TIME]
            connection.execute(
                f"INSERT INTO imr.{table.name} BY NAME SELECT letter.determination_id, {own}"
                " FROM parquet_rows($source) AS source"
                " JOIN (FROM current_letters WHERE block BETWEEN $first AND $last) AS letter"
                " ON letter.sha256 = source.sha256 AND letter.block = source.file_block"
                f" ORDER BY {', '.join(table.key)}",
                {"source": file_names([empty, *some]), "first": some[0].stem, "last": some[-1].stem},
            )
    wanted = _count(connection, sql("load/current_rows"), {"source": file_names(source)})
    built = _count(connection, f"FROM imr.{table.name}") - kept
    if wanted != built:
        raise RunError(
            f"The warehouse was not replaced: {built} rows came into {table.name}, its Parquet files have {wanted}."
        )


def create_code_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create a code table in schema `codes` with its rows and comments."""
    columns = code_table(name).to_dict(as_series=False)
    unnested = ", ".join(f"unnest(${column})::VARCHAR AS {column}" for column in columns)
    connection.execute(f"CREATE TABLE codes.{name} AS SELECT {unnested}", columns)
    connection.execute(code_table_comments(name))


def _load_codes(connection: duckdb.DuckDBPyConnection) -> None:
    for name in code_table_names():
        create_code_table(connection, name)
    connection.execute(sql("load/problem_codes"))
    connection.execute(
        "INSERT INTO codes.problem_codes SELECT unnest($codes), unnest($meanings)",
        {"codes": list(PROBLEM_CODES), "meanings": list(PROBLEM_CODES.values())},
    )


def _load_build(connection: duckdb.DuckDBPyConnection, seen: pl.DataFrame) -> None:
    connection.execute(
        sql("load/build"),
        {
            "built_at": datetime.now(UTC).replace(tzinfo=None),
            "imr_etl_version": __version__,
            "git_commit": _commit(),
            "extractor_version": EXTRACTOR_VERSION,
            "parser_version": PARSER_VERSION,
            "source_folder": _folder_of_all(connection),
            "source_fingerprint": fingerprint(seen),
        },
    )


def _commit() -> str | None:
    """The commit that this code is checked out at; None where it is not, or where there is no git."""
    here = Path(__file__).parent
    if not (here.parent / ".git").exists():
        return None
    try:
        command = ["git", "-C", str(here), "rev-parse", "HEAD"]
        told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  nothing of it is input
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()


def _folder_of_all(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The address of the folder below which all letters' files lie."""
    # Of texts in order the first and the last share what all share.
    ends = connection.execute("SELECT min(uri), max(uri) FROM imr.letter_files").fetchall()[0]
    folders = [urlsplit(uri).path.rpartition("/")[0] for uri in ends if uri]
    return f"file://{os.path.commonpath(folders)}" if folders else None


def _refuse_failed(checks: list[CheckResult]) -> None:
    failed = [check for check in checks if check.severity == "block" and not check.passed]
    if failed:
        first = failed[0]
        raise RunError(
            f"The warehouse was not replaced: {first.count} bad rows in {first.name}, such as {first.sample[0]}."
        )


def _swap(paths: DataPaths, *, keep_old: bool) -> None:
    """Put the built file in the old one's place, unless a program is writing to the old one."""
    _refuse_folder_or_writer(paths)
    store.sync(paths.building)
    # What a killed program wrote to the old file and DuckDB had not taken in yet it would take into the new one.
    for log in logs_of(paths):
        log.unlink(missing_ok=True)
    if keep_old:
        _keep_spare(paths)
    paths.building.replace(paths.warehouse_file)
    _link(paths)
    store.sync(paths.root)


def _keep_spare(paths: DataPaths) -> None:
    """Keep the old warehouse under another name: the next build goes on from it."""
    paths.spare_file.unlink(missing_ok=True)
    # A file system without hard links keeps none; the next build then copies.
    with contextlib.suppress(OSError):
        paths.spare_file.hardlink_to(paths.warehouse_file)
        remember_spare(paths)


def _copy_to_spare(paths: DataPaths) -> None:
    """Keep a copy of a warehouse of which all was loaded: the next build goes on from it, and a night need not copy."""
    # A disk without room for it keeps none; the next build then copies.
    with contextlib.suppress(OSError):
        store.copy(paths.warehouse_file, paths.spare_file)
        remember_spare(paths)


def _refuse_folder_or_writer(paths: DataPaths) -> None:
    link, file = paths.warehouse, paths.warehouse_file
    for path in (link, file):
        if path.is_dir():
            raise RunError(f"{path} is a folder: move it away, the warehouse is a file of that name.")
    if link.exists():
        _refuse_writer(link)
    if file.exists() and not (link.exists() and link.samefile(file)):
        _refuse_writer(file)


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
    here, file = paths.warehouse, paths.warehouse_file
    if not (here.is_symlink() and here.exists() and here.samefile(file)):
        link = paths.building.with_name(paths.building.name + ".link")
        link.unlink(missing_ok=True)
        link.symlink_to(file.name)
        link.replace(here)


def _count(connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, list[str]] | None = None) -> int:
    """How many rows a query answers."""
    row = connection.execute(f"SELECT count(*) FROM ({query})", parameters or {}).fetchone()
    return int(row[0]) if row else 0


def _counts(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> dict[str, int]:
    """How many rows of a table have each value."""
    return dict(connection.execute(f"SELECT {column}, count(*) FROM imr.{table} GROUP BY 1 ORDER BY 1").fetchall())


def _log_of(database: Path) -> Path:
    """Where DuckDB keeps what it has not yet written into a database file."""
    return database.with_name(database.name + ".wal")


def _remove_building(paths: DataPaths) -> None:
    """What a build leaves that did not end."""
    for path in (paths.building, _log_of(paths.building)):
        path.unlink(missing_ok=True)
    shutil.rmtree(_temporary(paths), ignore_errors=True)
