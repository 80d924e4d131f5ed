"""What a warehouse is built from: Parquet files by table and block, with their checksums, and the rules of the build.

Belongs here: which files a build reads, which of them a warehouse holds, and whether it is current. Does not belong
here: what is loaded from the files (`warehouse.load`), and which file people open (`warehouse.publish`).

The warehouse itself remembers what it holds: table `build_inputs` has the checksum of each file that it was built from,
and table `build` the rules. A file that something else wrote to since its build is not trusted: its time of last change
is another one than the build gave it, or DuckDB left a log beside it.
"""

import contextlib
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl

from imr_etl import __version__
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import PARSER_VERSION
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS
from imr_etl.seals import checksum_in_footer
from warehouse import attached, sql, sql_names

INPUTS = {"table_name": pl.String(), "block": pl.String(), "checksum": pl.String()}
"""Columns of `build_inputs`. `block` is null for `file_problems`, one file for all blocks."""

FILE_PROBLEMS = "file_problems"
RULES = ("schema", "load", "models", "checks")
"""Folders whose SQL decides what a warehouse holds."""

SECOND = 10**9

Files = dict[str, dict[str, Path]]
"""Parquet files by table and block."""


def input_files(paths: DataPaths) -> Files:
    """List the Parquet files that a build reads, in the order of blocks, by the name that `load/` calls their table."""
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


def inputs(paths: DataPaths) -> pl.DataFrame:
    """Read which files a build would load now: table_name, block, checksum, in the order of `held_inputs`.

    A file that states no checksum has an empty one; a build refuses it. Costs one small read a file.
    """
    rows: list[tuple[str, str | None, str]] = [
        (name, block, checksum_in_footer(path) or "")
        for name, by_block in input_files(paths).items()
        for block, path in by_block.items()
    ]
    of_files = paths.files("problems")
    if of_files.exists():
        rows.append((FILE_PROBLEMS, None, checksum_in_footer(of_files) or ""))
    return _ordered(pl.DataFrame(rows, schema=INPUTS, orient="row"))


def held_inputs(warehouse: Path) -> pl.DataFrame | None:
    """Read which files a warehouse holds: table_name, block, checksum.

    None where there is no warehouse, where other rules built it, and where it is not as its build left it.
    """
    if log_of(warehouse).exists() or not warehouse.is_file():
        return None
    with contextlib.suppress(duckdb.Error), contextlib.closing(attached(warehouse, read_only=True)) as connection:
        ((built_by, stamp),) = connection.execute("SELECT rules, stamp FROM main.build").fetchall()
        if built_by == rules() and warehouse.stat().st_mtime_ns == stamp * SECOND:
            rows = connection.execute(f"SELECT {', '.join(INPUTS)} FROM main.build_inputs").fetchall()
            return _ordered(pl.DataFrame(rows, schema=INPUTS, orient="row"))
    return None


def changed_blocks(held: pl.DataFrame, now: pl.DataFrame) -> list[str]:
    """List the blocks of which a file is new, gone or another one, in their order."""
    differing = pl.concat([held, now]).unique(keep="none")["block"]
    return sorted(differing.drop_nulls().unique())


def is_current(paths: DataPaths) -> bool:
    """Tell whether the warehouse holds exactly the Parquet files that are there now, by these rules."""
    held = held_inputs(paths.warehouse)
    return held is not None and held.equals(inputs(paths))


def rules() -> str:
    """Compute a hash that changes with the schema and with every rule of a build."""
    texts = [sql(f"{folder}/{name}") for folder in RULES for name in sql_names(folder)]
    versions = (__version__, EXTRACTOR_VERSION, PARSER_VERSION, PROBLEM_CODES)
    return sha256(repr((texts, versions)).encode()).hexdigest()


def _ordered(inputs: pl.DataFrame) -> pl.DataFrame:
    return inputs.sort("table_name", "block")


def log_of(database: Path) -> Path:
    """Name the file in which DuckDB keeps what it has not yet written into a database file."""
    return database.with_name(database.name + ".wal")
