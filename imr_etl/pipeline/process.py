"""A chunk of letters through every step: files to lines, lines to tables.

Belongs here: the steps for a chunk, in order. Nothing here reads or writes the data folder: the caller chooses the
letters and stores the results. Does not belong here: which letters are pending (`imr_etl.pipeline.update`).
"""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from imr_etl.ingest.lines import only_now_unread, read_letters
from imr_etl.ingest.workers import Pool
from imr_etl.parse import parser_version
from imr_etl.parse.letter import parse_letters
from imr_etl.schema.tables import TABLES
from imr_etl.transform.tables import TABLE_NAMES, build_tables, tables_of_failed


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

    A letter that cannot be parsed has a row `parser_failed` in `problems` and no other rows.

    Takes all `letter_lines` of the letters, their `letter_reads`, and `letter_files` with at least their rows. Raises
    MemoryError and OSError, which are faults of the machine.
    """
    parses = reads.select("sha256", "extractor_version", parser_version=pl.lit(parser_version()))
    return _parse_or_isolate(lines, reads, letters) | {"letter_parses": parses}


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
