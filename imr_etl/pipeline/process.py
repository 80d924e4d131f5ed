"""A chunk of letters through every step: files to lines, lines to tables.

Belongs here: the steps for a chunk, in order. Nothing here reads or writes the data folder: the caller chooses the
letters and stores the results. Does not belong here: which letters are pending (`imr_etl.pipeline.update`).
"""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from imr_etl.ingest.lines import read_letters
from imr_etl.ingest.workers import Pool
from imr_etl.parse.letter import parse_letters
from imr_etl.transform.tables import build_tables


class Processed(NamedTuple):
    """What a chunk of letters became: `letter_lines`, `letter_reads`, and the normalized tables by name."""

    lines: pl.DataFrame
    reads: pl.DataFrame
    tables: dict[str, pl.DataFrame]


def process_letters(files: pl.DataFrame, pool: Pool, progress: Callable[[int], None] | None = None) -> Processed:
    """Read the files of letters and make all their tables.

    Args:
        files: rows of `letter_files`.
        pool: the processes that read files.
        progress: called with the number of letters read since the last call.
    """
    lines, reads = read_letters(files, pool, progress)
    return Processed(lines, reads, make_tables(lines, reads, files))


def make_tables(lines: pl.DataFrame, reads: pl.DataFrame, files: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Parse letters that were read and make the normalized tables, by name.

    Takes all `letter_lines` of the letters, their `letter_reads`, and `letter_files` with at least their rows.
    """
    # Sorting, grouping and joining by a category costs half of doing so by 64 hex digits.
    lines, reads, files = (frame.cast({"sha256": pl.Categorical()}) for frame in (lines, reads, files))
    return build_tables(parse_letters(lines.sort("sha256", "page", "line")), reads, files)
