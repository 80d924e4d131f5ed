"""The Parquet files that a build reads: which there are, how they look, and which changed since the last build.

Belongs here: whether a warehouse is still, or nearly, that of its files, and whether its own file is as it was
published. Does not belong here: what stands in the files (`load/`), and what is done about a change
(`warehouse.build`).

`built_from.parquet` beside the warehouse remembers how the files looked, and the warehouse itself: no build goes on
from one that somebody wrote to, or that other rules built.
"""

import contextlib
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl

from imr_etl import __version__, store
from imr_etl.errors import RunError
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import PARSER_VERSION
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS
from imr_etl.storage.checksums import is_intact
from warehouse import attached, sql, sql_names
from warehouse.reading import MEMORY_LIMIT

ITSELF = "warehouse"
"""How the row is called that says how the warehouse looked."""

NANOSECONDS = 1_000
"""In a microsecond."""

LARGEST_SHARE = 0.5
"""Of the blocks: where more of them changed, loading all is as fast, and sorts all rows anew."""


def sources(paths: DataPaths) -> dict[str, list[Path]]:
    """The Parquet files that a build reads, in the order of blocks, by the name that `load/` calls them."""
    patterns = {
        "letter_files": paths.letter_files("*"),
        "file_problems": paths.files("problems"),
        "letter_problems": paths.tables("problems", "*"),
        "letter_reads": paths.lines("letter_reads", "*"),
        "letter_parses": paths.tables("letter_parses", "*"),
        **{table.name: paths.tables(table.name, "*") for table in (DETERMINATIONS, *CHILDREN)},
    }
    return {name: sorted(pattern.parent.glob(pattern.name)) for name, pattern in patterns.items()}


def of_blocks(found: dict[str, list[Path]], blocks: list[str]) -> dict[str, list[Path]]:
    """Those of the files that are of no block or of one of these."""
    return {name: [p for p in files if name == "file_problems" or p.stem in blocks] for name, files in found.items()}


def looks(paths: DataPaths) -> pl.DataFrame:
    """How the files look now: file, byte_count, modified_ns."""
    return store.looks(paths.root, (path for found in sources(paths).values() for path in found))


def fingerprint(seen: pl.DataFrame) -> str:
    """Changes with every Parquet file that a build reads, with the schema and with the rules."""
    rules = [sql(f"{folder}/{name}") for folder in ("schema", "load", "models", "checks") for name in sql_names(folder)]
    # `marts.item_search` holds hashes that another version of DuckDB may compute in another way.
    versions = (__version__, EXTRACTOR_VERSION, PARSER_VERSION, PROBLEM_CODES, duckdb.__version__)
    return sha256(repr((sorted(seen.rows()), rules, versions)).encode()).hexdigest()


def is_current(paths: DataPaths) -> bool:
    """Check that the warehouse was built from the present Parquet files by these rules, and is as it was published."""
    return fault(paths) is None and is_of_sources(paths)


def is_of_sources(paths: DataPaths) -> bool:
    """Check that the warehouse says that it was built from the present Parquet files by these rules."""
    return _fingerprint_of(paths.warehouse_file) == fingerprint(looks(paths))


def fault(paths: DataPaths, *, verify: bool = False) -> str | None:
    """Find what happened to the warehouse's file since it was published, as one sentence; None where nothing did.

    Its size and time of change show that another program changed or replaced it. With `verify` all of it is read, which
    takes some 20 s for 8 GB, and finds damage that left size and time as they were. The standby may then be damaged
    too: the next build goes on from neither. Where no warehouse was published yet, nothing happened to it; where a
    program is writing to it now, the build says so and refuses.
    """
    link, file = paths.warehouse, paths.warehouse_file
    # The build refuses a folder in the place of the warehouse.
    if link.is_dir() or file.is_dir():
        return None
    if not any(path.exists() for path in (link, file, paths.built_from)):
        return None
    what = _fault(paths, verify=verify)
    if what and _is_held(file):
        return None
    if what and verify:
        for memory in (paths.built_from, paths.spare_built_from):
            memory.unlink(missing_ok=True)
    return f"{what}: the warehouse is built again." if what else None


def _fault(paths: DataPaths, *, verify: bool) -> str | None:
    link, file = paths.warehouse, paths.warehouse_file
    if not file.exists():
        return f"{file} is missing"
    if not (link.exists() and link.samefile(file)):
        return f"{link} does not lead to {file.name}"
    left = [log for log in logs_of(paths) if log.exists()]
    if left:
        return f"{left[0]} holds changes that another program left"
    return _change(file, paths.built_from) or _damage(file, verify=verify)


def _change(file: Path, memory: Path) -> str | None:
    if not memory.exists():
        return f"{memory} is missing"
    try:
        # Its checksum holds for one name of the data folder, which may have been moved; the row is compared anyhow.
        is_as_remembered = _is_as_remembered(file, store.read(memory, store.LOOKS))
    except RunError:
        return f"{memory} is damaged"
    return None if is_as_remembered else f"{file} was changed since the last finished build"


def _damage(file: Path, *, verify: bool) -> str | None:
    try:
        with contextlib.closing(attached(file, read_only=True, config={"memory_limit": MEMORY_LIMIT})) as connection:
            for table in _tables(connection) if verify else ["imr.build"]:
                # DuckDB compares the checksum of every block that it reads.
                connection.execute(f"SELECT bit_xor(hash(rows)) FROM {table} AS rows").fetchall()
    except duckdb.Error:
        return f"{file} is damaged or cannot be read"
    return None


def _is_held(file: Path) -> bool:
    """Check whether another program has a database open for writing."""
    try:
        attached(file, read_only=True).close()
    except duckdb.Error as error:
        return "Could not set lock" in str(error)
    return False


def logs_of(paths: DataPaths) -> list[Path]:
    """List where programs that write to the warehouse keep what is not yet in its file, as long as they do.

    The command line of DuckDB calls them after the link that it opened. A program that was killed leaves them.
    """
    endings = (".wal", ".wal.checkpoint", ".wal.recovery")
    return [path.with_name(path.name + end) for path in (paths.warehouse, paths.warehouse_file) for end in endings]


def changed_blocks(paths: DataPaths, seen: pl.DataFrame, *, spare: bool = False) -> list[str] | None:
    """Blocks whose files do not look as when the warehouse, or the spare one, was built.

    None where there is none to go on from: no warehouse, one by other rules, or one of which too much changed.
    """
    file, memory = (paths.spare_file, paths.spare_built_from) if spare else (paths.warehouse_file, paths.built_from)
    if not (file.is_file() and memory.exists() and is_intact(memory)):
        return None
    remembered = store.read(memory, store.LOOKS)
    then = remembered.filter(pl.col("file") != ITSELF)
    if not _is_as_remembered(file, remembered) or _fingerprint_of(file) != fingerprint(then):
        return None
    names = pl.concat([then, seen]).unique(keep="none")["file"]
    of_all = str(paths.files("problems").relative_to(paths.root))
    changed = sorted({Path(name).stem for name in names if name != of_all})
    blocks = {Path(name).stem for name in seen["file"]}
    return changed if len(changed) <= max(1, LARGEST_SHARE * len(blocks)) else None


def remember(paths: DataPaths, seen: pl.DataFrame) -> None:
    """Keep how the files looked that the warehouse was built from, and how it looks itself."""
    store.write(pl.concat([seen, _itself(paths.warehouse_file)]), paths.built_from)


def remember_spare(paths: DataPaths) -> None:
    """Keep the same of the warehouse, for the spare one that is it, or its copy."""
    if paths.built_from.exists() and is_intact(paths.built_from):
        store.write(store.read(paths.built_from, store.LOOKS), paths.spare_built_from)


def _is_as_remembered(warehouse: Path, remembered: pl.DataFrame) -> bool:
    """Compare size and time; a backup may have come from an archive, which keeps times to a microsecond."""
    both = remembered.join(_itself(warehouse), on=["file", "byte_count"])
    apart = (both["modified_ns"] - both["modified_ns_right"]).abs()
    return both.height == 1 and bool((apart < NANOSECONDS).all())


def _itself(warehouse: Path) -> pl.DataFrame:
    return store.looks(warehouse.parent, [warehouse]).with_columns(file=pl.lit(ITSELF))


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """List all tables of a database as SQL names, also those that another program added."""
    rows = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchall()
    return [".".join('"' + name.replace('"', '""') + '"' for name in row) for row in rows]


def _fingerprint_of(warehouse: Path) -> str | None:
    """That of the files and rules that a warehouse was built by; None where there is no warehouse."""
    if not warehouse.is_file():
        return None
    with contextlib.suppress(duckdb.Error), contextlib.closing(attached(warehouse, read_only=True)) as connection:
        row = connection.execute("SELECT source_fingerprint FROM imr.build").fetchone()
        return str(row[0]) if row else None
    return None
