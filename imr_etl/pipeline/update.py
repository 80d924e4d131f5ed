"""The update of a data folder: list the letters, process those that are pending, store what they became.

Belongs here: which letters are pending, and in what order files are written so that a run may be killed at any moment.
Does not belong here: what a letter becomes (`imr_etl.pipeline.process`), and damaged files (`imr_etl.pipeline.repair`).

`letter_reads` and `letter_parses` say which letters are done, and each is written after the rows that it vouches for: a
run that is killed before that processes the letters again, and their rows replace what the killed run left. Letters
that are processed again are first removed from `letter_parses`, because the warehouse refuses tables that are half old
and half new.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Literal

import polars as pl

from imr_etl.blocks import BLOCKS
from imr_etl.errors import RunError
from imr_etl.ingest import files, lines
from imr_etl.ingest.downloads import Downloads
from imr_etl.parse import parser_version
from imr_etl.pipeline.engine import Engine
from imr_etl.pipeline.process import Chunk, Processed, Progress
from imr_etl.schema.tables import TABLES, Table
from imr_etl.sources import Letters, all_sources
from imr_etl.sources.source import MEDIA_TYPES
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths
from imr_etl.transform.tables import TABLE_NAMES
from imr_etl.vocabulary.additions import use_vocabulary

PARSES = TABLES["letter_parses"]

Redo = Literal["lines", "tables"]
"""What to make again although it is up to date: every line, or every table from the lines that are stored."""

BYTES_A_CHUNK = 256 * 1024**2
"""The most bytes of the files of a chunk: they are sent with it to a worker that cannot read them."""


KINDS_NAMED = 10
CONTAINER_ENDINGS = {kind for source in all_sources() for kind in source.endings} - set(MEDIA_TYPES)


@dataclass(frozen=True)
class FilesReport:
    """What a listing found.

    Attributes:
        files: how many files of letters there are.
        letters: how many contents were ever seen.
        new: how many contents are new to this listing.
        problems: how many rows `problems` has of files.
        passed_over: how many files of each kind are no letters, the most frequent kind first.
        faults: a sentence for each place that could not be listed.
    """

    files: int
    letters: int
    new: int
    problems: int
    passed_over: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def fault(self) -> str | None:
        """What went wrong although the letters of other places were listed, for people."""
        kept = "Letters of the other places are loaded; what is known of these stays."
        return " ".join([*self.faults, kept]) if self.faults else None

    @property
    def passed_over_sentence(self) -> str:
        """What was passed over, for people; empty where nothing was."""
        kinds = list(self.passed_over.items())
        others = sum(count for _, count in kinds[KINDS_NAMED:])
        named = [f"{count:,} {kind}" for kind, count in kinds[:KINDS_NAMED]] + (
            [f"{others:,} others"] if others else []
        )
        hint = " (name an archive or a table itself to load it)" if set(self.passed_over) & CONTAINER_ENDINGS else ""
        return f"Passed over, because they are no letters: {', '.join(named)}{hint}." if kinds else ""


@dataclass(frozen=True)
class BlockReport:
    """A block after an update: letters, those read, parsed and not read in full by this run, rows by table."""

    block: str
    letters: int
    read: int
    parsed: int
    problems: int
    rows: dict[str, int]


@dataclass(frozen=True)
class PendingBlock:
    """The letters of a block that are to be processed.

    Attributes:
        block: the block's name.
        letters: all `letter_files` rows of the block.
        to_read: sha256 of the letters whose file is to be read.
        to_parse: sha256 of the letters that are to be parsed from stored lines.
        outdated: how many of `to_parse` have tables that other rules made.
    """

    block: str
    letters: pl.DataFrame
    to_read: pl.Series
    to_parse: pl.Series
    outdated: int

    @property
    def size(self) -> int:
        """How many letters are pending."""
        return len(self.to_read) + len(self.to_parse)


def update_files(paths: DataPaths, letters: Letters, *, rehash: bool = False) -> FilesReport:
    """List the places of letters and store which contents there are.

    With `rehash` every file is read to see whether its content changed, not only its size and time. What is known of a
    place that is missing, cannot be listed or holds no letter stays as it was. Raises RunError if all places are so.
    """
    now = files.after_all(known_letters(paths, "first_seen"), datetime.now(UTC).replace(tzinfo=None))
    known = parquet.read(paths.files(files.SIGHTINGS.name), files.SIGHTINGS.schema)
    containers = parquet.read(paths.files(files.CONTAINERS.name), files.CONTAINERS.schema)
    found = files.list_letters(letters, known, containers.clear() if rehash else containers)
    listed = found.letters.height
    if found.letters.is_empty() and known.is_empty():
        raise RunError(f"No folder in {letters} can be listed: give this user the right to read them.")
    downloads = Downloads(paths.downloads)
    downloads.clear()
    sightings = files.update_sightings(
        found.letters, known, now, unlisted=set(found.unlisted), rehash=rehash, downloads=downloads
    )
    # Free the listing: it takes 300 MB for two million letters.
    found = found._replace(letters=found.letters.clear())
    del known
    before = known_letters(paths)
    letter_files = files.letter_files(sightings, before)
    new = letter_files.join(before, on="sha256", how="anti")["sha256"]
    downloads.drop_others(new)
    del before
    problems = files.file_problems(sightings, letter_files, found.unlisted)
    write_letter_files(paths, letter_files)
    parquet.write_if_changed(problems, paths.files("problems"))
    parquet.write_if_changed(sightings, paths.files(files.SIGHTINGS.name))
    # After the sightings: a container that is known is not listed again.
    parquet.write_if_changed(found.containers, paths.files(files.CONTAINERS.name))
    passed_over = dict(found.passed_over.most_common())
    return FilesReport(listed, letter_files.height, len(new), problems.height, passed_over, found.faults)


def find_pending(
    paths: DataPaths, *, redo: Redo | None = None, years: Iterable[int] | None = None
) -> list[PendingBlock]:
    """Find the letters that are to be read or parsed, by block, in the order of blocks.

    Letters in folders and places that could not be listed wait until they can be. With `redo` letters that are up to
    date are pending, too. `years` limits the blocks to case numbers of these years. Raises RunError where a year has no
    letter, and where a code table that the folder adds to is refused.
    """
    use_vocabulary(paths.vocabulary)
    unlisted = files.unlisted_of(parquet.read(paths.files(files.PROBLEMS.name), files.PROBLEMS.schema))
    found = (_pending(paths, block, redo, unlisted) for block in stored_blocks(paths, years))
    return [pending for pending in found if pending.size]


def update_letters(
    paths: DataPaths,
    pending: Iterable[PendingBlock],
    engine: Engine,
    progress: Progress = lambda _: None,
) -> Iterator[BlockReport]:
    """Process pending letters and store their lines and tables, a block at a time; report each block.

    `progress` is called with the number of letters that were read or parsed since the last call.
    """
    blocks = list(pending)
    if not blocks:
        return
    most = engine.letters_a_chunk(sum(block.size for block in blocks))
    groups = [(group, _parts(group, most)) for group in _groups(blocks, most)]
    processed = engine.run((chunk for group in groups for chunk in _chunks(paths, *group)), progress)
    for group, parts in groups:
        whole = _together(list(islice(processed, len(parts))))
        for block in group:
            yield _store(paths, block, whole)
            progress(len(block.to_parse))


def known_letters(paths: DataPaths, *columns: str) -> pl.DataFrame:
    """Read `letter_files` of all blocks, or some of its columns."""
    none = files.LETTER_FILES.empty().select(columns or files.LETTER_FILES.columns)
    return pl.concat([none, *(_letters(paths, block, *columns) for block in stored_blocks(paths))])


def write_letter_files(paths: DataPaths, letters: pl.DataFrame) -> None:
    """Write the blocks of `letter_files` that changed. A run that is killed here leaves the rest to the next one.

    Takes `letter_files` of all blocks.
    """
    by_block = {str(block): rows for (block,), rows in letters.partition_by("block", as_dict=True).items()}
    for block in sorted({*by_block, *stored_blocks(paths)}):
        parquet.write_if_changed(by_block.get(block, files.LETTER_FILES.empty()), paths.letter_files(block))


def stored_blocks(paths: DataPaths, years: Iterable[int] | None = None) -> list[str]:
    """List the blocks that have or had letters, in the order of blocks. Raises RunError where a year has none."""
    pattern = paths.letter_files("*")
    names = {path.stem for path in pattern.parent.glob(pattern.name)}
    stored = [block for block in BLOCKS if block in names]
    if years is None:
        return stored
    of_years = {2000 + int(block[2:4]): block[:4] for block in stored if block.startswith("CM")}
    if missing := sorted(set(years) - set(of_years)):
        there = ", ".join(map(str, of_years)) or "none"
        raise RunError(f"There are no letters of {', '.join(map(str, missing))}: years with letters are {there}.")
    return [block for block in stored if block[:4] in {of_years[year] for year in years}]


def _pending(paths: DataPaths, block: str, redo: Redo | None, unlisted: set[str]) -> PendingBlock:
    """Find the pending letters of a block: read or parsed by no version, or by another one than the present."""
    letters = _letters(paths, block)
    reads = parquet.read(paths.lines(lines.READS.name, block), lines.READS.schema)
    parses = parquet.read(paths.tables(PARSES.name, block), PARSES.schema)
    unread = lines.to_read(letters, lines.READS.empty() if redo == "lines" else reads)
    to_read = unread.filter([not files.is_below(uri, unlisted) for uri in unread["uri"]])["sha256"]
    done = parses.clear() if redo else parses.filter(pl.col("parser_version") == parser_version())
    # A letter whose file moved to another block has rows in its old block that no one uses.
    to_parse = (
        reads.join(letters, on="sha256", how="semi")
        .filter(~pl.col("sha256").is_in(to_read.implode()))
        .join(done, on=["sha256", "extractor_version"], how="anti", maintain_order="left")["sha256"]
    )
    outdated = parses.filter(pl.col("parser_version").ne_missing(parser_version()))["sha256"]
    return PendingBlock(block, letters, to_read, to_parse, to_parse.is_in(outdated.implode()).arg_true().len())


def _groups(pending: Iterable[PendingBlock], most: int) -> Iterator[list[PendingBlock]]:
    """Group blocks in their order: processing a chunk takes more than a second, however few letters it has."""
    group: list[PendingBlock] = []
    for block in pending:
        if group and sum(each.size for each in (*group, block)) > most:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _parts(group: list[PendingBlock], most: int) -> list[pl.Series]:
    """Divide the pending letters (sha256) of blocks into equal chunks of at most `most` letters and BYTES_A_CHUNK."""
    letters = pl.concat(
        block.letters.filter(pl.col("sha256").is_in(pl.concat([block.to_read, block.to_parse]).implode()))
        for block in group
    )
    by_bytes = letters.group_by(pl.col("byte_count").cum_sum() // BYTES_A_CHUNK, maintain_order=True)
    size = -(-letters.height // -(-letters.height // most))
    return [part["sha256"] for _, rows in by_bytes for part in rows.iter_slices(size)]


def _chunks(paths: DataPaths, group: list[PendingBlock], parts: list[pl.Series]) -> Iterator[Chunk]:
    """Yield the chunks of a group of blocks."""
    letters = pl.concat(block.letters for block in group)
    to_read = pl.concat([block.to_read for block in group])
    stored = [_stored_lines(paths, block) for block in group]
    stored_lines, stored_reads = (pl.concat(frames) for frames in zip(*stored, strict=True))
    for part in parts:
        is_in = pl.col("sha256").is_in(part.implode())
        chunk = Chunk(
            letters.filter(is_in),
            to_read.filter(to_read.is_in(part.implode())),
            stored_lines.filter(is_in),
            stored_reads.filter(is_in),
        )
        yield chunk._replace(data=Downloads(paths.downloads).find(chunk.letters_to_read))


def _together(parts: list[Processed]) -> Processed:
    """Join what the chunks of a group became."""
    if len(parts) == 1:
        return parts[0]
    tables = {name: pl.concat(part.tables[name] for part in parts) for name in parts[0].tables}
    return Processed(pl.concat(part.lines for part in parts), pl.concat(part.reads for part in parts), tables)


def _stored_lines(paths: DataPaths, pending: PendingBlock) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read `letter_lines` and `letter_reads` of the pending letters of a block that were read before."""
    is_pending = pl.col("sha256").is_in(pl.concat([pending.to_read, pending.to_parse]).implode())
    stored_lines, stored_reads = (
        parquet.scan(paths.lines(table.name, pending.block), table.schema).filter(is_pending).collect()
        for table in (lines.LINES, lines.READS)
    )
    return stored_lines, stored_reads


def _store(paths: DataPaths, pending: PendingBlock, processed: Processed) -> BlockReport:
    """Write what the pending letters of a block became, beside the rows of its other letters."""
    block = pending.block

    def of_block(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(pending.letters, on="sha256", how="semi", maintain_order="left")

    def merge(path: Path, table: Table, new: pl.DataFrame, done: pl.Series) -> int:
        merged = parquet.merged(parquet.read(path, table.schema), of_block(new), done, table.key)
        parquet.write(merged, path)
        return merged.height

    reads, parses = of_block(processed.reads), of_block(processed.tables[PARSES.name])
    read, parsed = reads["sha256"], parses["sha256"]
    _forget_parses(paths, block, parsed)
    if len(read):
        for table, new in ((lines.LINES, processed.lines), (lines.READS, processed.reads)):
            merge(paths.lines(table.name, block), table, new, read)
    rows = {
        name: merge(paths.tables(name, block), TABLES[name], processed.tables[name], parsed)
        for name in (*TABLE_NAMES, PARSES.name)
    }
    Downloads(paths.downloads).drop(read)
    not_in_full = reads.filter(pl.col("code").is_not_null() | (pl.col("findings").list.len() > 0)).height
    return BlockReport(block, pending.letters.height, len(read), len(parsed), not_in_full, rows)


def _forget_parses(paths: DataPaths, block: str, sha256: pl.Series) -> None:
    """Remove letters that are about to be processed again from `letter_parses` of a block."""
    parses = parquet.read(paths.tables(PARSES.name, block), PARSES.schema)
    others = parses.filter(~pl.col("sha256").is_in(sha256.implode()))
    if others.height < parses.height:
        parquet.write(others, paths.tables(PARSES.name, block))


def _letters(paths: DataPaths, block: str, *columns: str) -> pl.DataFrame:
    """Read `letter_files` of a block, or some of its columns."""
    letters = parquet.scan(paths.letter_files(block), files.LETTER_FILES.schema)
    return letters.select(columns or files.LETTER_FILES.columns).collect()
