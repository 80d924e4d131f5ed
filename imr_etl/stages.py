"""The stages over a data folder: each loads what the one before it stored, calls the library, stores its own tables.

Belongs here: which letters of a block are due, and in what order files are written so that a run may die at any
moment. Does not belong here: how a table is made (`imr_etl.ingest`, `imr_etl.parse`, `imr_etl.transform`), who calls
(`assets`).

The table that says which letters are done (`letter_reads`, `letter_parses`) is written last: a run that dies before
that does the letters again, and their rows take the place of what the dead run left. Letters that are done again are
taken out of `letter_parses` first: the warehouse refuses tables that are half old and half new.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from imr_etl import store
from imr_etl.blocks import BLOCKS
from imr_etl.errors import RunError
from imr_etl.ingest import files, lines
from imr_etl.ingest.workers import Pool
from imr_etl.parse import PARSER_VERSION
from imr_etl.paths import DataPaths
from imr_etl.schema.tables import TABLES, Table
from imr_etl.transform import TABLE_NAMES, tables_of_failed, to_tables

PARSES = TABLES["letter_parses"]


LETTERS_TOGETHER = 2_000
"""So many letters of several blocks are parsed at a time; a block of more is parsed alone."""


@dataclass(frozen=True)
class FilesReport:
    """What a listing found: files in the folder, contents ever seen, contents new to this listing, problem rows."""

    files: int
    letters: int
    new: int
    problems: int


@dataclass(frozen=True)
class LinesReport:
    """A block after reading: its letters, how many were read now, their lines, how many were not read in full."""

    block: str
    letters: int
    read: int
    lines: int
    problems: int


@dataclass(frozen=True)
class TablesReport:
    """A block after parsing: its letters, how many were parsed now, rows of each table."""

    block: str
    letters: int
    parsed: int
    rows: dict[str, int]


@dataclass(frozen=True)
class _Due:
    """A block, its `letter_files`, and the `letter_reads` of those of its letters that are to be parsed."""

    block: str
    letters: pl.DataFrame
    reads: pl.DataFrame


def update_files(paths: DataPaths, letters: Path, *, rehash: bool = False) -> FilesReport:
    """List a folder of letters. Raises RunError where there is no folder or no letter in it."""
    now = files.after_all(known_letters(paths, "first_seen"), datetime.now(UTC).replace(tzinfo=None))
    listing, unlisted = files.list_letters(letters)
    listed = listing.height
    known = _files(paths, files.SIGHTINGS)
    if listing.is_empty() and known.is_empty():
        raise RunError(f"No folder in {letters} can be listed: give this user the right to read them.")
    sightings = files.sight(listing, known, now, unlisted=set(unlisted), rehash=rehash)
    # Of two million letters each of these frames takes 300 MB.
    del listing, known
    before = known_letters(paths)
    letter_files = files.letter_files(sightings, before)
    new = letter_files.join(before, on="sha256", how="anti").height
    del before
    problems = files.file_problems(sightings, letter_files, unlisted)
    write_letter_files(paths, letter_files)
    store.write_if_changed(problems, paths.files("problems"))
    store.write_if_changed(sightings, paths.files("file_sightings"))
    return FilesReport(listed, letter_files.height, new, problems.height)


def update_lines(
    paths: DataPaths,
    block: str,
    *,
    pool: Pool | None = None,
    redo: bool = False,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> LinesReport:
    """Read the letters of a block that are not read yet; with `redo` all whose file is there."""
    letters = _letters(paths, block)
    old_reads = store.read(paths.lines("letter_reads", block), lines.READS.schema)
    due = lines.to_read(letters, lines.READS.empty() if redo else old_reads)
    if due.is_empty():
        return LinesReport(block, letters.height, 0, 0, 0)
    if pool is None:
        with Pool(workers) as own:
            new_lines, new_reads = lines.read_letters(due, own, progress)
    else:
        new_lines, new_reads = lines.read_letters(due, pool, progress)
    old_lines = store.read(paths.lines("letter_lines", block), lines.LINES.schema)
    out_of_reach = lines.only_now_unread(new_reads, old_reads)
    due, new_reads = (frame.join(out_of_reach, on="sha256", how="anti") for frame in (due, new_reads))
    done = due["sha256"]
    _forget_parses(paths, block, due)
    store.write(store.merged(old_lines, new_lines, done, lines.LINES.key), paths.lines("letter_lines", block))
    store.write(store.merged(old_reads, new_reads, done, lines.READS.key), paths.lines("letter_reads", block))
    return LinesReport(block, letters.height, due.height, new_lines.height, new_reads["code"].count())


def update_tables(paths: DataPaths, blocks: Iterable[str], *, redo: bool = False) -> list[TablesReport]:
    """Parse the letters of blocks that were read and are not parsed yet; with `redo` all that were read.

    Blocks of few letters are parsed together: a parse takes most of a second, however few its letters are.
    """
    due = (_due_for_parse(paths, block, redo=redo) for block in blocks)
    return [report for together in _together(due) for report in _parse(paths, together)]


def known_letters(paths: DataPaths, *columns: str) -> pl.DataFrame:
    """`letter_files` of all blocks, or some columns of it."""
    none = files.LETTER_FILES.empty().select(columns or files.LETTER_FILES.columns)
    return pl.concat([none, *(_letters(paths, block, *columns) for block in _blocks(paths))])


def write_letter_files(paths: DataPaths, letters: pl.DataFrame) -> None:
    """Write the blocks of `letter_files` that are not as before; what a run that dies here leaves the next one does.

    Takes `letter_files` of all blocks.
    """
    by_block = {str(block): rows for (block,), rows in letters.partition_by("block", as_dict=True).items()}
    for block in sorted({*by_block, *_blocks(paths)}):
        store.write_if_changed(by_block.get(block, files.LETTER_FILES.empty()), paths.letter_files(block))


def counted(paths: DataPaths) -> dict[str, int]:
    """Blocks that have letters, in the order of blocks, and how many."""
    counts = {block: _letters(paths, block, "sha256").height for block in _blocks(paths)}
    return {block: count for block, count in counts.items() if count}


def pending(paths: DataPaths) -> dict[str, int]:
    """Blocks that have letters to be read or parsed, in the order of blocks, and how many."""
    counts = {block: _pending_of(paths, block) for block in _blocks(paths)}
    return {block: count for block, count in counts.items() if count}


def pending_blocks(paths: DataPaths) -> list[str]:
    """Blocks that have letters to be read or parsed, in the order of blocks."""
    return list(pending(paths))


def pending_letters(paths: DataPaths) -> int:
    """Letters to be read or parsed."""
    return sum(pending(paths).values())


def outdated(paths: DataPaths, blocks: Iterable[str]) -> int:
    """Count the letters of blocks whose tables are made again from their lines, since another version made them."""
    count = 0
    for block in blocks:
        reads = store.read(paths.lines("letter_reads", block), lines.READS.schema)
        parses = store.read(paths.tables("letter_parses", block), PARSES.schema)
        others = parses.filter(pl.col("parser_version").ne_missing(PARSER_VERSION))
        count += others.join(reads, on="sha256", how="semi").height
    return count


def extraction_pool(workers: int = 2) -> Pool:
    """Reading processes that serve several blocks; a context manager."""
    return Pool(workers)


def _due_for_parse(paths: DataPaths, block: str, *, redo: bool) -> _Due:
    reads = store.read(paths.lines("letter_reads", block), lines.READS.schema)
    parses = store.read(paths.tables("letter_parses", block), PARSES.schema)
    return _Due(block, _letters(paths, block), _to_parse(reads, PARSES.empty() if redo else parses))


def _together(dues: Iterable[_Due]) -> Iterator[list[_Due]]:
    """Blocks in their order, as many at a time as may be parsed together."""
    some: list[_Due] = []
    for due in dues:
        contents = pl.concat([each.reads["sha256"] for each in (*some, due)])
        # A letter whose file moved may stand in two blocks.
        if some and (contents.len() > LETTERS_TOGETHER or contents.is_duplicated().any()):
            yield some
            some = []
        some.append(due)
    if some:
        yield some


def _parse(paths: DataPaths, dues: list[_Due]) -> Iterator[TablesReport]:
    letters, reads = pl.concat([due.letters for due in dues]), pl.concat([due.reads for due in dues])
    new: dict[str, pl.DataFrame] = {}
    if not reads.is_empty():
        new = _tables_of(pl.concat([_lines(paths, due) for due in dues]), reads, letters)
    for due in dues:
        yield _store_tables(paths, due, new)


def _tables_of(lines: pl.DataFrame, reads: pl.DataFrame, letters: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables of letters; of one that cannot be parsed only a row `parser_failed` in `problems`.

    Takes their `letter_lines` and `letter_reads`, and `letter_files` with at least their rows. Raises MemoryError and
    OSError: these are faults of the machine.
    """
    try:
        return to_tables(lines, reads, letters)
    except (MemoryError, OSError):
        raise
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  whatever a letter causes; a panic of polars is no Exception
        if reads.height == 1:
            return tables_of_failed(reads, letters, error)
    half = reads.height // 2
    parts = [
        _tables_of(lines.join(some, on="sha256", how="semi", maintain_order="left"), some, letters)
        for some in (reads.head(half), reads.tail(-half))
    ]
    return {name: TABLES[name].conform(pl.concat([part[name] for part in parts])) for name in TABLE_NAMES}


def _lines(paths: DataPaths, due: _Due) -> pl.DataFrame:
    """`letter_lines` of a block's letters that are due: those of a letter whose file moved stay in its old block."""
    of_block = store.scan(paths.lines("letter_lines", due.block), lines.LINES.schema)
    return of_block.filter(pl.col("sha256").is_in(due.reads["sha256"].implode())).collect()


def _store_tables(paths: DataPaths, due: _Due, new: dict[str, pl.DataFrame]) -> TablesReport:
    """Write the tables of a block: what is new of its letters that were due, what was known of the others."""
    block, done = due.block, due.reads["sha256"]
    if done.is_empty():
        known_rows = {name: store.read(paths.tables(name, block), TABLES[name].schema).height for name in TABLE_NAMES}
        return TablesReport(block, due.letters.height, 0, known_rows)
    old_parses = _forget_parses(paths, block, due.reads)
    rows = {}
    for name in TABLE_NAMES:
        table, path = TABLES[name], paths.tables(name, block)
        own = new[name].join(due.reads, on="sha256", how="semi")
        merged = store.merged(store.read(path, table.schema), own, done, table.key)
        store.write(merged, path)
        rows[name] = merged.height
    parses = due.reads.select("sha256", "extractor_version", parser_version=pl.lit(PARSER_VERSION))
    store.write(store.merged(old_parses, parses, done, PARSES.key), paths.tables("letter_parses", block))
    return TablesReport(block, due.letters.height, done.len(), rows)


def _forget_parses(paths: DataPaths, block: str, due: pl.DataFrame) -> pl.DataFrame:
    """`letter_parses` of a block without the letters that are done again."""
    path = paths.tables("letter_parses", block)
    parses = store.read(path, PARSES.schema)
    others = parses.join(due, on="sha256", how="anti", maintain_order="left")
    if others.height < parses.height:
        store.write(others, path)
    return others


def _pending_of(paths: DataPaths, block: str) -> int:
    letters = _letters(paths, block, "sha256", "is_present")
    reads = store.read(paths.lines("letter_reads", block), lines.READS.schema)
    parses = store.read(paths.tables("letter_parses", block), PARSES.schema)
    to_read = lines.to_read(letters, reads).select("sha256")
    return pl.concat([to_read, _to_parse(reads, parses).select("sha256")]).n_unique()


def _to_parse(reads: pl.DataFrame, parses: pl.DataFrame) -> pl.DataFrame:
    done = parses.filter(pl.col("parser_version") == PARSER_VERSION)
    return reads.join(done, on=["sha256", "extractor_version"], how="anti", maintain_order="left")


def _blocks(paths: DataPaths) -> list[str]:
    """Blocks that have or had letters, in the order of blocks."""
    of_all = paths.letter_files("*")
    there = {path.stem for path in of_all.parent.glob(of_all.name)}
    return [block for block in BLOCKS if block in there]


def _letters(paths: DataPaths, block: str, *columns: str) -> pl.DataFrame:
    """`letter_files` of a block, or some columns of it."""
    letters = store.scan(paths.letter_files(block), files.LETTER_FILES.schema)
    return letters.select(columns or files.LETTER_FILES.columns).collect()


def _files(paths: DataPaths, table: Table) -> pl.DataFrame:
    return store.read(paths.files(table.name), table.schema)
