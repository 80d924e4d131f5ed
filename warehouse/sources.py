"""The Parquet files that a build reads: which there are, how they look, and which changed since the last build.

Belongs here: what tells that a warehouse is still, or nearly, that of its files. Does not belong here: what stands in
the files (`load/`), and what is done about a change (`warehouse.build`).

`built_from.parquet` beside the warehouse remembers how the files looked, and the warehouse itself: one that somebody
wrote to, or that other rules built, is nothing to go on from.
"""

import contextlib
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl

from imr_etl import __version__, store
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import PARSER_VERSION
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import CHILDREN, DETERMINATIONS
from imr_etl.storage.checksums import is_intact
from warehouse import attached, sql, sql_names

ITSELF = "warehouse"
"""How the row is called that says how the warehouse looked."""

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
    versions = (__version__, EXTRACTOR_VERSION, PARSER_VERSION, PROBLEM_CODES)
    return sha256(repr((sorted(seen.rows()), rules, versions)).encode()).hexdigest()


def is_current(paths: DataPaths) -> bool:
    """The warehouse was built from the Parquet files that lie there now, by these rules."""
    return _fingerprint_of(paths.warehouse) == fingerprint(looks(paths))


def changed_blocks(paths: DataPaths, seen: pl.DataFrame, *, spare: bool = False) -> list[str] | None:
    """Blocks whose files do not look as when the warehouse, or the spare one, was built.

    None where there is none to go on from: no warehouse, one by other rules, or one of which too much changed.
    """
    file, memory = (paths.spare_file, paths.spare_built_from) if spare else (paths.warehouse_file, paths.built_from)
    if not (file.is_file() and memory.exists() and is_intact(memory)):
        return None
    remembered = store.read(memory, store.LOOKS)
    then = remembered.filter(pl.col("file") != ITSELF)
    itself = remembered.filter(pl.col("file") == ITSELF)
    if not itself.equals(_itself(paths, file)) or _fingerprint_of(file) != fingerprint(then):
        return None
    names = pl.concat([then, seen]).unique(keep="none")["file"]
    of_all = str(paths.files("problems").relative_to(paths.root))
    changed = sorted({Path(name).stem for name in names if name != of_all})
    blocks = {Path(name).stem for name in seen["file"]}
    return changed if len(changed) <= max(1, LARGEST_SHARE * len(blocks)) else None


def remember(paths: DataPaths, seen: pl.DataFrame) -> None:
    """Keep how the files looked that the warehouse was built from, and how it looks itself."""
    store.write(pl.concat([seen, _itself(paths, paths.warehouse_file)]), paths.built_from)


def remember_spare(paths: DataPaths) -> None:
    """Keep the same of the warehouse, for the spare one that is it, or its copy."""
    if paths.built_from.exists() and is_intact(paths.built_from):
        store.write(store.read(paths.built_from, store.LOOKS), paths.spare_built_from)


def _itself(paths: DataPaths, warehouse: Path) -> pl.DataFrame:
    return store.looks(paths.root, [warehouse]).with_columns(file=pl.lit(ITSELF))


def _fingerprint_of(warehouse: Path) -> str | None:
    """That of the files and rules that a warehouse was built by; None where there is no warehouse."""
    if not warehouse.is_file():
        return None
    with contextlib.suppress(duckdb.Error), contextlib.closing(attached(warehouse, read_only=True)) as connection:
        row = connection.execute("SELECT source_fingerprint FROM imr.build").fetchone()
        return str(row[0]) if row else None
    return None
