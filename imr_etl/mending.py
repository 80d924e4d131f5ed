"""Broken Parquet files below a data folder: found, set aside, made again from what they were made of.

Belongs here: which files are checked, and from what each one comes again. Does not belong here: how a file shows that
it is broken (`imr_etl.seals`), and how tables are made (`imr_etl.stages`).

Every run begins with it. Files whose size and time of change are as they were when they were last found whole are not
read again, so that the cost follows what was written since.
"""

import contextlib
from pathlib import Path

import duckdb
import polars as pl

from imr_etl import stages, store
from imr_etl.ingest import files
from imr_etl.paths import DataPaths
from imr_etl.seals import is_whole
from imr_etl.transform.tables import TABLE_NAMES
from warehouse import attached

DAMAGED = ".damaged"
"""How the name of a file ends that was set aside."""


def mend(paths: DataPaths, *, thoroughly: bool = False) -> list[str]:
    """Set broken files aside and have them made again, now or by the run that follows; a sentence for each.

    `thoroughly` reads every file, also those that were found whole before. The caller holds the lock of the data folder
    (`imr_etl.locks`): what a dead run left half written is removed. Raises OSError where the disk is at fault.
    """
    for pattern in ("*", "*/**/*"):
        for half in paths.root.glob(f"{pattern}{store.WRITING}"):
            half.unlink()
    _part_by_block(paths)
    broken = _broken(paths, thoroughly=thoroughly)
    # Tables are made again from lines, lines from the letters that `letter_files` names.
    return [*_files_again(paths, broken), *_lines_again(paths, broken), *_tables_again(paths, broken)]


def _part_by_block(paths: DataPaths) -> None:
    """`letter_files` as one file, which data folders had before 2026-12, becomes a file a block."""
    whole = paths.files("letter_files")
    if whole.exists():
        known = store.read(whole, files.LETTER_FILES.schema) if is_whole(whole) else _from_warehouse(paths)
        stages.write_letter_files(paths, known)
        whole.unlink()


def _broken(paths: DataPaths, *, thoroughly: bool) -> list[Path]:
    """Files that are not as they were written, and files that should be there and are not."""
    found = paths.parquet()
    now = store.looks(paths.root, found)
    remembers = paths.seen_whole.exists() and not thoroughly and is_whole(paths.seen_whole)
    seen = store.read(paths.seen_whole, store.LOOKS) if remembers else pl.DataFrame(schema=dict(store.LOOKS))
    new = now.join(seen, on=list(store.LOOKS), how="anti", maintain_order="left")
    broken = [file for file in new["file"] if not is_whole(paths.root / file)]
    whole = now.filter(~pl.col("file").is_in(broken))
    if not whole.equals(seen):
        store.write(whole, paths.seen_whole)
    return [*(paths.root / file for file in broken), *_missing(paths, set(found))]


def _missing(paths: DataPaths, found: set[Path]) -> list[Path]:
    """Files that are written before the one that says that a block is done, and are not there."""
    read = [path.stem for path in found if path == paths.lines("letter_reads", path.stem)]
    parsed = [path.stem for path in found if path == paths.tables("letter_parses", path.stem)]
    due = [paths.lines("letter_lines", block) for block in read]
    due += [paths.tables(name, block) for block in parsed for name in TABLE_NAMES]
    return sorted(set(due) - found)


def _files_again(paths: DataPaths, broken: list[Path]) -> list[str]:
    """What is known of files: from the other table that knows of them, else from the warehouse."""
    told = []
    sightings = paths.files("file_sightings")
    if paths.files("problems") in broken:
        told.append(_set_aside(paths, paths.files("problems"), "the listing of the folder makes it again"))
    letter_files = [path for path in broken if path == paths.letter_files(path.stem)]
    known = _from_warehouse(paths) if letter_files else files.LETTER_FILES.empty()
    for path in letter_files:
        told.append(_set_aside(paths, path, "it is made again from the warehouse and the listing of the folder"))
        store.write(known.filter(pl.col("block") == path.stem), path)
    if sightings in broken:
        told.append(_set_aside(paths, sightings, "every letter's file is read again to see whether it changed"))
        of_all = stages.known_letters(paths)
        store.write(files.SIGHTINGS.conform(of_all.with_columns(modified_ns=None)), sightings)
    return told


def _from_warehouse(paths: DataPaths) -> pl.DataFrame:
    """`letter_files` as the last build found it. A letter without a number in its file's name has one there."""
    if not paths.warehouse.exists():
        return files.LETTER_FILES.empty()
    columns = [name for name in files.LETTER_FILES.columns if name != "is_present"]
    try:
        with contextlib.closing(attached(paths.warehouse, read_only=True)) as connection:
            rows = connection.execute(f"SELECT {', '.join(columns)} FROM imr.letter_files").fetchall()  # noqa: S608
    except duckdb.Error:
        return files.LETTER_FILES.empty()
    schema = {name: files.LETTER_FILES.schema[name] for name in columns}
    return files.LETTER_FILES.conform(pl.DataFrame(rows, schema=schema, orient="row").with_columns(is_present=False))


def _lines_again(paths: DataPaths, broken: list[Path]) -> list[str]:
    """Lines: the letters of the block count as not read. Those whose file is gone keep the tables that they have."""
    told = []
    for path in broken:
        if path in (paths.lines("letter_lines", path.stem), paths.lines("letter_reads", path.stem)):
            reads = paths.lines("letter_reads", path.stem)
            if reads != path:
                reads.unlink(missing_ok=True)
            letters = store.read(paths.letter_files(path.stem), files.LETTER_FILES.schema)
            gone = letters.filter(~pl.col("is_present")).height
            kept = f"; {gone:,} whose file is gone keep the tables that they have" if gone else ""
            told.append(_set_aside(paths, path, f"the letters of {path.stem} are read again{kept}"))
    return told


def _tables_again(paths: DataPaths, broken: list[Path]) -> list[str]:
    """Tables: the letters of the block are parsed again from their lines."""
    told, blocks = [], set()
    for path in broken:
        if path in (paths.tables(name, path.stem) for name in (*TABLE_NAMES, "letter_parses")):
            parses = paths.tables("letter_parses", path.stem)
            if parses != path:
                parses.unlink(missing_ok=True)
            told.append(_set_aside(paths, path, f"the lines of {path.stem} are parsed again"))
            blocks.add(path.stem)
    stages.update_tables(paths, sorted(blocks))
    return told


def _set_aside(paths: DataPaths, path: Path, again: str) -> str:
    name = path.relative_to(paths.root)
    if not path.exists():
        return f"{name} is missing: {again}."
    aside = path.with_name(path.name + DAMAGED)
    path.replace(aside)
    return f"{name} is damaged and now called {aside.name}: {again}."
