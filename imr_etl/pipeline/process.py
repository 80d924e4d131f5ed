"""A chunk of letters through every step: files to lines, lines to tables.

Belongs here: the steps for a chunk, in order. Nothing here reads or writes the data folder: the caller chooses the
letters and stores the results. Does not belong here: which letters are pending (`imr_etl.pipeline.update`).
"""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from imr_etl.ingest.lines import only_now_unread, read_letters
from imr_etl.ingest.workers import Pool
from imr_etl.parse import PARSER_VERSION
from imr_etl.parse.letter import parse_letters
from imr_etl.transform.tables import build_tables


class Processed(NamedTuple):
    """What a chunk of letters became: `letter_lines` and `letter_reads` of those read now, and all tables by name.

    The tables are the normalized tables and `letter_parses`. They cover the letters that were read before, too.
    """

    lines: pl.DataFrame
    reads: pl.DataFrame
    tables: dict[str, pl.DataFrame]


def process_letters(
    letters: pl.DataFrame,
    to_read: pl.Series,
    stored_lines: pl.DataFrame,
    stored_reads: pl.DataFrame,
    pool: Pool,
    progress: Callable[[int], None],
) -> Processed:
    """Read the files of some letters of a chunk and make the tables of all of them.

    Args:
        letters: `letter_files` with at least the rows of the chunk's letters.
        to_read: sha256 of the letters whose file is to be read.
        stored_lines: `letter_lines` of the letters that were read before, all lines of each.
        stored_reads: their `letter_reads`.
        pool: the processes that read files.
        progress: called with the number of letters read since the last call.
    """
    lines, reads = read_letters(letters.filter(pl.col("sha256").is_in(to_read.implode())), pool, progress)
    # If a file that was read before cannot be opened now, what was read then is kept.
    unopened = only_now_unread(reads, stored_reads)
    lines, reads = (frame.join(unopened, on="sha256", how="anti", maintain_order="left") for frame in (lines, reads))
    kept_lines, kept_reads = (
        frame.join(reads, on="sha256", how="anti", maintain_order="left") for frame in (stored_lines, stored_reads)
    )
    tables = make_tables(pl.concat([kept_lines, lines]), pl.concat([kept_reads, reads]), letters)
    return Processed(lines, reads, tables)


def make_tables(lines: pl.DataFrame, reads: pl.DataFrame, letters: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Parse letters that were read and make the normalized tables and `letter_parses`, by name.

    Takes all `letter_lines` of the letters, their `letter_reads`, and `letter_files` with at least their rows.
    """
    parses = reads.select("sha256", "extractor_version", parser_version=pl.lit(PARSER_VERSION))
    # Sorting, grouping and joining by a category costs half of doing so by 64 hex digits.
    lines, reads, letters = (frame.cast({"sha256": pl.Categorical()}) for frame in (lines, reads, letters))
    parsed = parse_letters(lines.sort("sha256", "page", "line"))
    return build_tables(parsed, reads, letters) | {"letter_parses": parses}
