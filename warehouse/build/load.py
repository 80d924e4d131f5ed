"""Loading: the rows of blocks come from Parquet files into the tables of the warehouse, batch by batch.

Belongs here: which letters a batch loads, and in which order its tables are replaced. Does not belong here: the SQL
(`load/`), which blocks are loaded and into which file (`warehouse.build.build`), and the marts
(`warehouse.build.marts`).

A batch replaces those letters of its blocks that are new, changed or gone: most letters of a block stay as they were
when some are added to it. All other letters of their cases are loaded with them, because another letter of the case may
count now. An empty warehouse is filled in the same way, so that a nightly run ends where a full build does.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from imr_etl.schema.tables import CHILDREN, DETERMINATIONS, TABLES
from imr_etl.storage.checksums import verify
from imr_etl.storage.paths import DataPaths
from imr_etl.transform.published_decisions import PRINTED, normalize
from warehouse import select_rows, sql, transaction
from warehouse.build.inputs import FILE_PROBLEMS, PUBLISHED, WITHOUT_BLOCKS, Files, files_without_blocks, input_files
from warehouse.build.marts import BATCH_CASES, CASE, delete_cases, insert_cases
from warehouse.build.parquet import define_parquet_rows, file_names
from warehouse.build.quarantine import prepare_quarantine, quarantine
from warehouse.build.search_index import SearchIndex

BLOCKS_AT_A_TIME = 10
"""Blocks of a batch: up to 67,000 letters, whose 150,000 items are sorted with their texts in memory."""

LETTER_TABLES = (DETERMINATIONS, *CHILDREN)


@dataclass(frozen=True)
class Sources:
    """The Parquet files that a build reads, by table and block, and for each table one that has no rows."""

    files: Files
    empty: dict[str, Path]

    def named(self, table: str, blocks: Sequence[str]) -> list[str]:
        """Name the files of some blocks of a table, after the one without rows, which has all columns of the table."""
        files = self.files[table]
        some = files.values() if table in WITHOUT_BLOCKS else [files[block] for block in blocks if block in files]
        return file_names([self.empty[table], *some])


@contextmanager
def sources(paths: DataPaths) -> Iterator[Sources]:
    """Find the Parquet files that a build reads below a data folder. Raises RunError if `file_problems` is damaged."""
    files = input_files(paths) | files_without_blocks(paths)
    for path in files[FILE_PROBLEMS].values():
        verify(path)
    with tempfile.TemporaryDirectory() as folder:
        empty = {name: Path(folder) / f"{name}.parquet" for name in files}
        for name, path in empty.items():
            TABLES["problems" if name.endswith("problems") else name].empty().write_parquet(path)
        yield Sources(files, empty)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what the SQL of `load/` takes for granted: macros over Parquet files, and tables of blocks."""
    define_parquet_rows(connection)
    connection.execute(sql("load/stored_letters"))
    connection.execute("CREATE TEMP TABLE pending_blocks (block VARCHAR NOT NULL)")
    connection.execute("CREATE TEMP TABLE batch_blocks (block VARCHAR NOT NULL)")
    prepare_quarantine(connection)


def blocks_of_file_problems(connection: duckdb.DuckDBPyConnection, found: Sources) -> list[str]:
    """Select the letters whose files have other problems than the warehouse says; return the blocks that hold them."""
    _execute(connection, "letters_of_file_problems", found, [])
    blocks = "SELECT DISTINCT block FROM main.letter_files SEMI JOIN letters_of_file_problems USING (sha256)"
    return [block for (block,) in connection.execute(blocks).fetchall()]


def replace_folder_problems(connection: duckdb.DuckDBPyConnection, found: Sources) -> None:
    """Replace the problems of folders, which belong to no block."""
    _execute(connection, "folder_problems", found, [])


def replace_published(connection: duckdb.DuckDBPyConnection, found: Sources, inputs: pl.DataFrame) -> None:
    """Replace the rows of the state's search, unless the warehouse holds those of the files that there are now.

    Raises RunError for a file that is not as it was written.
    """
    held = connection.execute("SELECT checksum FROM main.build_inputs WHERE table_name = $name", {"name": PUBLISHED})
    now = inputs.filter(pl.col("table_name") == PUBLISHED)["checksum"]
    if sorted(checksum for (checksum,) in held.fetchall()) == now.sort().to_list():
        return
    for path in found.files[PUBLISHED].values():
        verify(path)
    files = {"files": found.named(PUBLISHED, [])}
    printed = connection.execute(f"SELECT DISTINCT {', '.join(PRINTED)} FROM parquet_rows($files)", files).fetchall()
    select, rows = select_rows(normalize(pl.DataFrame(printed, dict.fromkeys(PRINTED, pl.String), orient="row")))
    with transaction(connection):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE printed_values AS {select}", rows)
        connection.execute("DELETE FROM main.published_decisions")
        _execute(connection, "published_decisions", found, [])


def replace_blocks(
    connection: duckdb.DuckDBPyConnection,
    index: SearchIndex,
    found: Sources,
    inputs: pl.DataFrame,
    blocks: Sequence[str],
) -> int:
    """Replace the letters of blocks that the warehouse and its search index do not hold as they are now.

    Takes the files that there are now, as `warehouse.build.inputs.inputs` lists them; `blocks_of_file_problems` was
    called before. Returns how many letters were loaded. Raises RunError for a file that is not as it was written.
    """
    _name_blocks(connection, "pending_blocks", blocks)
    is_empty = connection.execute("FROM main.letter_files LIMIT 1").fetchone() is None
    # An empty warehouse holds nothing that is outdated: no file is read to find that out.
    _execute(connection, "outdated_letters", found, [] if is_empty else blocks)
    letters = 0
    for first in range(0, len(blocks), BLOCKS_AT_A_TIME):
        some = list(blocks[first : first + BLOCKS_AT_A_TIME])
        of_letters = _select_batch(connection, found, some)
        with transaction(connection):
            if _is_held(connection):
                index.remove_cases(connection)
                _delete_batch(connection, found)
            _insert_batch(connection, found, of_letters)
            index.add_cases(connection)
            connection.execute("DELETE FROM main.build_inputs WHERE block IN (FROM batch_blocks)")
            remember(connection, inputs.filter(pl.col("block").is_in(some)))
        connection.execute(
            "DELETE FROM outdated_letters WHERE sha256 IN (FROM changed_letters) OR block IN (FROM batch_blocks)"
        )
        ((count,),) = connection.execute("SELECT count(*) FROM batch_letters").fetchall()
        letters += count
    return letters


def remember(connection: duckdb.DuckDBPyConnection, inputs: pl.DataFrame) -> None:
    """Write which Parquet files the warehouse holds now."""
    select, rows = select_rows(inputs)
    connection.execute(f"INSERT INTO main.build_inputs BY NAME {select}", rows)


def _select_batch(connection: duckdb.DuckDBPyConnection, found: Sources, blocks: list[str]) -> list[str]:
    """Select the letters and cases to load, and those to be quarantined; return the blocks of all these letters."""
    _name_blocks(connection, "batch_blocks", blocks)
    _verify(found, blocks)
    _execute(connection, "changed_letters", found, blocks)
    _execute(connection, "batch_cases", found, blocks)
    _execute(connection, "other_letters", found, [])
    others = [block for (block,) in connection.execute("SELECT DISTINCT block FROM other_letters").fetchall()]
    _verify(found, others)
    of_letters = sorted({*blocks, *others})
    _execute(connection, "batch_letters", found, of_letters)
    quarantine(connection, {table.name: found.named(table.name, of_letters) for table in LETTER_TABLES})
    _execute(connection, "current_letters", found, of_letters)
    return of_letters


def _insert_batch(connection: duckdb.DuckDBPyConnection, found: Sources, of_letters: list[str]) -> None:
    """Insert the rows of a batch; takes the blocks of its letters."""
    for name in ("letter_files", "problems"):
        _execute(connection, name, found, of_letters)
    for table in LETTER_TABLES:
        own = ", ".join(f"source.{name}" for name in table.columns if name != CASE)
        connection.execute(
            f"INSERT INTO main.{table.name} BY NAME SELECT letter.{CASE}, {own}"
            " FROM parquet_rows($source) AS source"
            " JOIN current_letters AS letter ON letter.sha256 = source.sha256 AND letter.block = source.file_block"
            f" ORDER BY {', '.join(table.key)}",
            {"source": found.named(table.name, of_letters)},
        )
    insert_cases(connection)


def _name_blocks(connection: duckdb.DuckDBPyConnection, table: str, blocks: Sequence[str]) -> None:
    """Fill a temporary table with the names of blocks."""
    connection.execute(f"DELETE FROM {table}")
    connection.execute(f"INSERT INTO {table} SELECT unnest($blocks)", {"blocks": list(blocks)})


def _is_held(connection: duckdb.DuckDBPyConnection) -> bool:
    """Check whether the warehouse holds letters of the batch; a full build then looks for nothing to delete."""
    changed = "SELECT sha256 FROM outdated_letters SEMI JOIN changed_letters USING (sha256)"
    return bool(connection.execute(f"{changed} UNION ALL SELECT sha256 FROM other_letters LIMIT 1").fetchone())


def _delete_batch(connection: duckdb.DuckDBPyConnection, found: Sources) -> None:
    """Delete what the warehouse holds of the batch's blocks and cases."""
    _execute(connection, "delete_batch", found, [])
    for table in LETTER_TABLES:
        connection.execute(f"DELETE FROM main.{table.name} WHERE {CASE} IN (FROM {BATCH_CASES})")
    delete_cases(connection)


def _execute(
    connection: duckdb.DuckDBPyConnection, name: str, found: Sources, blocks: Sequence[str]
) -> duckdb.DuckDBPyConnection:
    """Run an SQL file of `load/`; `$table` in it are the Parquet files of some blocks of that table."""
    text = sql(f"load/{name}")
    tables = sorted(set(re.findall(r"\$(\w+)", text)))
    return connection.execute(text, {table: found.named(table, blocks) for table in tables})


def _verify(found: Sources, blocks: list[str]) -> None:
    for files in found.files.values():
        for path in (files[block] for block in blocks if block in files):
            verify(path)
