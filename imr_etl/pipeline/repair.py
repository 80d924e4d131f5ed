"""The first step of a run: damaged Parquet files are quarantined, and their letters become pending.

Belongs here: which files are checked, and from what each one is made again. Does not belong here: how
damage to a file is found (`imr_etl.storage.checksums`), and processing the letters (`imr_etl.pipeline.update`).

Files whose size and time are as they were when their checksum was last verified are not read again, so that the cost
follows what was written since.
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from imr_etl.ingest import files
from imr_etl.pipeline.update import known_letters
from imr_etl.storage import parquet
from imr_etl.storage.checksums import is_intact, trust
from imr_etl.storage.paths import DataPaths
from imr_etl.transform.tables import TABLE_NAMES
from imr_etl.vocabulary.additions import use_vocabulary

PUBLISHED = "published_decisions"
QUARANTINED = ".damaged"
"""The ending of the name of a quarantined file."""


def repair(paths: DataPaths, loaded_letters: Callable[[], pl.DataFrame], *, verify_all: bool = False) -> list[str]:
    """Quarantine damaged files and make their letters pending; return a sentence for each file.

    The caller holds the lock of the data folder: what a killed run left half written is removed.

    Args:
        paths: the data folder.
        loaded_letters: reads `letter_files` from the warehouse, for blocks whose own file is damaged.
        verify_all: verify every file, also those that were verified before.

    Raises:
        OSError: the disk is at fault.
        RunError: a code table that the folder adds to is refused; nothing was done.
    """
    use_vocabulary(paths.vocabulary)
    for pattern in ("*", "*/**/*"):
        for half_written in paths.root.glob(f"{pattern}{parquet.WRITING}"):
            half_written.unlink()
    damaged = _damaged(paths, verify_all=verify_all)
    return [
        *_repair_files(paths, damaged, loaded_letters),
        *_repair_lines(paths, damaged),
        *_repair_tables(paths, damaged),
        *_repair_published(paths, damaged),
    ]


def _damaged(paths: DataPaths, *, verify_all: bool) -> list[Path]:
    """List files that are not as they were written, and files that should be there and are not."""
    found = paths.parquet()
    stats = parquet.file_stats(paths.root, found)
    is_known = paths.verified_files.exists() and not verify_all and is_intact(paths.verified_files)
    verified = (
        parquet.read(paths.verified_files, parquet.FILE_STATS)
        if is_known
        else pl.DataFrame(schema=dict(parquet.FILE_STATS))
    )
    new = stats.join(verified, on=list(parquet.FILE_STATS), how="anti", maintain_order="left")
    damaged = [file for file in new["file"] if not is_intact(paths.root / file)]
    intact = stats.filter(~pl.col("file").is_in(damaged))
    for file in intact["file"]:
        trust(paths.root / file)
    if not intact.equals(verified):
        parquet.write(intact, paths.verified_files)
    return [*(paths.root / file for file in damaged), *_missing(paths, set(found))]


def _missing(paths: DataPaths, found: set[Path]) -> list[Path]:
    """List files that are missing although the file that is written after them is there."""
    read = [path.stem for path in found if path == paths.lines("letter_reads", path.stem)]
    parsed = [path.stem for path in found if path == paths.tables("letter_parses", path.stem)]
    expected = [paths.lines("letter_lines", block) for block in read]
    expected += [paths.tables(name, block) for block in parsed for name in TABLE_NAMES]
    return sorted(set(expected) - found)


def _repair_files(paths: DataPaths, damaged: list[Path], loaded_letters: Callable[[], pl.DataFrame]) -> list[str]:
    """Restore what is known of files: from the other table that knows of them, else from the warehouse."""
    sentences = []
    sightings, containers = paths.files("file_sightings"), paths.files("containers")
    if paths.files("problems") in damaged:
        sentences.append(_quarantine(paths, paths.files("problems"), "the listing of the folder makes it again"))
    letter_files = [path for path in damaged if path == paths.letter_files(path.stem)]
    known = loaded_letters() if letter_files else files.LETTER_FILES.empty()
    for path in letter_files:
        sentences.append(_quarantine(paths, path, "it is made again from the warehouse and the listing of the folder"))
        parquet.write(known.filter(pl.col("block") == path.stem), path)
    if containers in damaged:
        sentences.append(_quarantine(paths, containers, "every archive and table of texts is listed again"))
    if sightings in damaged:
        # Without the sightings of its letters no archive may count as listed.
        containers.unlink(missing_ok=True)
        sentences.append(_quarantine(paths, sightings, "every letter's file is read again to see whether it changed"))
        of_all = known_letters(paths)
        parquet.write(
            files.SIGHTINGS.conform(of_all.with_columns(modified_ns=None, version=None, problem=None)), sightings
        )
    return sentences


def _repair_lines(paths: DataPaths, damaged: list[Path]) -> list[str]:
    """Make letters without lines pending. Those whose file is gone keep the tables that they have."""
    sentences = []
    for path in damaged:
        block = path.stem
        if path in (paths.lines("letter_lines", block), paths.lines("letter_reads", block)):
            reads = paths.lines("letter_reads", block)
            if path != reads:
                reads.unlink(missing_ok=True)
            letters = parquet.read(paths.letter_files(block), files.LETTER_FILES.schema)
            gone = letters.filter(~pl.col("is_present")).height
            kept = f"; {gone:,} whose file is gone keep the tables that they have" if gone else ""
            sentences.append(_quarantine(paths, path, f"the letters of {block} are read again{kept}"))
    return sentences


def _repair_tables(paths: DataPaths, damaged: list[Path]) -> list[str]:
    """Make letters without tables pending: they are parsed again from their lines."""
    sentences = []
    for path in damaged:
        block = path.stem
        parses = paths.tables("letter_parses", block)
        if path in (parses, *(paths.tables(name, block) for name in TABLE_NAMES)):
            if path != parses:
                parses.unlink(missing_ok=True)
            sentences.append(_quarantine(paths, path, f"the lines of {block} are parsed again"))
    return sentences


def _repair_published(paths: DataPaths, damaged: list[Path]) -> list[str]:
    """Quarantine rows of the state's search. A fetch asks again for dates whose rows are not there."""
    return [
        _quarantine(paths, path, "`imr-etl fetch` of this month, or its saved pages, make it again")
        for path in damaged
        if path == paths.published(PUBLISHED, path.stem)
    ]


def _quarantine(paths: DataPaths, path: Path, remedy: str) -> str:
    name = path.relative_to(paths.root)
    if not path.exists():
        return f"{name} is missing: {remedy}."
    quarantined = path.with_name(path.name + QUARANTINED)
    path.replace(quarantined)
    return f"{name} is damaged and was renamed to {quarantined.name}: {remedy}."
