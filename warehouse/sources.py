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
from imr_etl.seals import is_whole
from warehouse import attached, sql, sql_names

LARGEST_SHARE = 0.25
"""Of the blocks: where more of them changed, loading all is as fast, and sorts all rows anew."""


def sources(paths: DataPaths) -> dict[str, list[Path]]:
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


def of_blocks(found: dict[str, list[Path]], blocks: list[str]) -> dict[str, list[Path]]:
    """Those of the files that are of no block or of one of these."""
    alone = ("letter_files", "file_problems")
    return {name: [p for p in files if name in alone or p.stem in blocks] for name, files in found.items()}


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
    return _fingerprint_of(paths) == fingerprint(looks(paths))


def changed_blocks(paths: DataPaths, seen: pl.DataFrame) -> list[str] | None:
    """Blocks whose files do not look as when the warehouse was built; None where it is nothing to go on from."""
    if not (paths.built_from.exists() and is_whole(paths.built_from)):
        return None
    remembered = store.read(paths.built_from, store.LOOKS)
    warehouse = store.looks(paths.root, [paths.warehouse_file] if paths.warehouse_file.is_file() else [])
    then = remembered.join(warehouse, on=list(store.LOOKS), how="anti", maintain_order="left")
    if then.height != remembered.height - 1 or _fingerprint_of(paths) != fingerprint(then):
        return None
    names = pl.concat([then, seen]).unique(keep="none")["file"]
    alone = {str(paths.files(name).relative_to(paths.root)) for name in ("letter_files", "problems")}
    changed = sorted({Path(name).stem for name in names if name not in alone})
    blocks = {Path(name).stem for name in seen["file"]}
    return changed if len(changed) <= max(1, LARGEST_SHARE * len(blocks)) else None


def remember(paths: DataPaths, seen: pl.DataFrame) -> None:
    """Keep how the files looked that the warehouse was built from, and how it looks itself."""
    store.write(pl.concat([seen, store.looks(paths.root, [paths.warehouse_file])]), paths.built_from)


def _fingerprint_of(paths: DataPaths) -> str | None:
    """That of the files and rules that the warehouse was built by; None where there is no warehouse."""
    if not paths.warehouse.is_file():
        return None
    with contextlib.suppress(duckdb.Error), contextlib.closing(attached(paths.warehouse, read_only=True)) as connection:
        row = connection.execute("SELECT source_fingerprint FROM imr.build").fetchone()
        return str(row[0]) if row else None
    return None
