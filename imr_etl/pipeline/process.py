"""A chunk of letters: what goes into its processing, what comes out, and the step from lines to tables.

Nothing here reads or writes the data folder: the caller chooses the letters and stores the results. Does not belong
here: which letters are pending (`imr_etl.pipeline.update`), and who reads their files (`imr_etl.pipeline.engine`).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from imr_etl.ingest.lines import only_now_unread
from imr_etl.parse.letter import parse_letters
from imr_etl.schema.tables import TABLES
from imr_etl.transform.letter_parses import letter_parses
from imr_etl.transform.tables import TABLE_NAMES, build_tables, tables_of_failed

MOST_LETTERS = 2_000
"""The most letters of a chunk; more would need much memory."""

Progress = Callable[[int], None]
"""A function that is called with the number of letters done since the last call."""


class Processed(NamedTuple):
    """What a chunk of letters became: `letter_lines` and `letter_reads` of those read now, and all tables by name.

    The tables are the normalized tables and `letter_parses`. They cover the letters that were read before, too.
    """

    lines: pl.DataFrame
    reads: pl.DataFrame
    tables: dict[str, pl.DataFrame]


class Chunk(NamedTuple):
    """Letters that are processed together.

    Attributes:
        letters: their `letter_files`.
        to_read: sha256 of the letters whose file is to be read.
        stored_lines: `letter_lines` of the letters that were read before, all lines of each.
        stored_reads: their `letter_reads`.
        data: by address the bytes of letters that were read before the chunk is handed out, or why they were not.
    """

    letters: pl.DataFrame
    to_read: pl.Series
    stored_lines: pl.DataFrame
    stored_reads: pl.DataFrame
    data: Mapping[str, bytes | OSError] = MappingProxyType({})

    @property
    def letters_to_read(self) -> pl.DataFrame:
        """The rows of `letters` whose file is to be read."""
        return self.letters.filter(pl.col("sha256").is_in(self.to_read.implode()))


def process_lines(chunk: Chunk, lines: pl.DataFrame, reads: pl.DataFrame) -> Processed:
    """Make the tables of all letters of a chunk.

    Takes `letter_lines` and `letter_reads` of those that were to be read.
    """
    # If a file that was read before cannot be opened now, what was read then is kept.
    unopened = only_now_unread(reads, chunk.stored_reads)
    lines, reads = (frame.join(unopened, on="sha256", how="anti", maintain_order="left") for frame in (lines, reads))
    kept_lines, kept_reads = (
        frame.join(reads, on="sha256", how="anti", maintain_order="left")
        for frame in (chunk.stored_lines, chunk.stored_reads)
    )
    tables = make_tables(pl.concat([kept_lines, lines]), pl.concat([kept_reads, reads]), chunk.letters)
    return Processed(lines, reads, tables)


def make_tables(lines: pl.DataFrame, reads: pl.DataFrame, letters: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Parse letters that were read and make the normalized tables and `letter_parses`, by name.

    A letter that cannot be parsed has a row `parser_failed` in `problems` and no other rows.

    Takes all `letter_lines` of the letters, their `letter_reads`, and `letter_files` with at least their rows. Raises
    MemoryError and OSError, which are faults of the machine.
    """
    tables = _parse_or_isolate(lines, reads, letters)
    return tables | {"letter_parses": letter_parses(reads, tables)}


def _parse_or_isolate(lines: pl.DataFrame, reads: pl.DataFrame, letters: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Parse letters together; if that fails, halve them until the letter that fails is alone."""
    try:
        # Sorting, grouping and joining by a category costs half of doing so by 64 hex digits.
        rows = [frame.cast({"sha256": pl.Categorical()}) for frame in (lines, reads, letters)]
        return build_tables(parse_letters(rows[0].sort("sha256", "page", "line")), *rows[1:])
    except (MemoryError, OSError):
        raise
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  a panic of polars is no Exception
        if reads.height == 1:
            return tables_of_failed(reads, letters, error)
    half = reads.height // 2
    parts = [
        _parse_or_isolate(lines.join(some, on="sha256", how="semi", maintain_order="left"), some, letters)
        for some in (reads.head(half), reads.tail(-half))
    ]
    return {name: TABLES[name].conform(pl.concat([part[name] for part in parts])) for name in TABLE_NAMES}
