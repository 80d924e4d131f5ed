"""Letters to `letter_lines` and `letter_reads`: what the reading processes found, as frames.

Belongs here: which letters of a block are still to be read, and their lines as columns. Does not belong here: the
processes (`imr_etl.ingest.workers`), and what a line means (`imr_etl.parse`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from types import MappingProxyType

import polars as pl

from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.ingest.files import is_unread
from imr_etl.ingest.pages import LetterLines
from imr_etl.ingest.recognition import is_recognition_installed
from imr_etl.ingest.workers import LetterFile, Pool
from imr_etl.problems import UNREAD
from imr_etl.schema.tables import TABLES
from imr_etl.sources import all_sources
from imr_etl.sources import read as read_bytes

Read = tuple[LetterFile, LetterLines]

LINES, READS = TABLES["letter_lines"], TABLES["letter_reads"]

WITHOUT_RECOGNITION = f"{EXTRACTOR_VERSION} without recognition"
"""Version of letters with pages that are pictures, read while no program was installed that reads pictures."""

LETTERS_A_FRAME = 512
"""Letters whose lines are kept as Python lists before they become a frame, which needs a tenth of the memory."""


BYTES_A_PART = 256 * 1024 * 1024
"""Bytes of texts that are read from a table together."""


def to_read(letters: pl.DataFrame, reads: pl.DataFrame) -> pl.DataFrame:
    """Return the letters whose file is present and that these rules have not read yet.

    Those with pages that are pictures are read again as soon as a program is installed that reads pictures.
    """
    versions = [EXTRACTOR_VERSION] if is_recognition_installed() else [EXTRACTOR_VERSION, WITHOUT_RECOGNITION]
    is_done = pl.col("extractor_version").is_in(versions) & pl.col("code").is_in(UNREAD).not_().fill_null(value=True)
    return letters.filter(pl.col("is_present") & ~is_unread(pl.col("sha256"))).join(
        reads.filter(is_done), on="sha256", how="anti"
    )


def only_now_unread(new: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """Return `letter_reads` of letters whose file was read before and cannot be opened now: what was read stays."""
    is_unopened = pl.col("code").is_in(UNREAD).fill_null(value=False)
    return new.filter(is_unopened).join(old.filter(~is_unopened), on="sha256", how="semi")


def read_letters(
    letters: pl.DataFrame,
    pool: Pool,
    progress: Callable[[int], None] | None = None,
    data: Mapping[str, bytes | OSError] = MappingProxyType({}),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read letters (uri, sha256, media_type, byte_count) and return their `letter_lines` and `letter_reads`.

    `progress` is called for each letter that is done. `data` has by address what `read_ahead` read.
    """
    lines, reads = [LINES.empty()], [READS.empty()]
    done: list[Read] = []
    for files in _files(letters, data):
        for read in pool.read(files):
            done.append(read)
            if progress:
                progress(1)
            if len(done) == LETTERS_A_FRAME:
                lines.append(_lines(done))
                reads.append(_reads(done))
                done = []
    return LINES.conform(pl.concat([*lines, _lines(done)])), READS.conform(pl.concat([*reads, _reads(done)]))


def is_read_together(uri: pl.Expr) -> pl.Expr:
    """Check whether letters are read many at once, by whoever hands them out to processes."""
    schemes = [scheme for source in all_sources() if source.is_read_together for scheme in source.schemes]
    return uri.str.extract("^([^:]*)").is_in(schemes)


def read_ahead(letters: pl.DataFrame) -> dict[str, bytes | OSError]:
    """Return by address the bytes of letters (uri, byte_count), or why they cannot be read. Waits without a limit."""
    together = is_read_together(pl.col("uri"))
    found: dict[str, bytes | OSError] = {}
    for part in _parts(letters.filter(together)):
        found |= part
    for uri in letters.filter(~together)["uri"]:
        try:
            found[uri] = read_bytes(uri)
        except OSError as error:
            found[uri] = error
    return found


def _files(letters: pl.DataFrame, data: Mapping[str, bytes | OSError]) -> Iterator[list[LetterFile]]:
    """Yield letters to be read, those of a table of texts with their bytes, a part of them at a time."""
    columns = ("uri", "sha256", "media_type")
    is_known = pl.col("uri").is_in([*data])
    together = is_read_together(pl.col("uri"))
    rest = letters.filter(~is_known & ~together)
    for part in chain([data], _parts(letters.filter(~is_known & together))):
        rows = letters.filter(pl.col("uri").is_in([*part])).select(columns)
        if rows.height:
            yield [LetterFile(uri, sha256, kind, part[uri]) for uri, sha256, kind in rows.iter_rows()]
    if rest.height:
        yield [LetterFile(uri, sha256, kind) for uri, sha256, kind in rest.select(columns).iter_rows()]


def _parts(letters: pl.DataFrame) -> Iterator[Mapping[str, bytes]]:
    """Yield the bytes of letters of tables by address, BYTES_A_PART at a time."""
    for source in all_sources():
        some = letters.filter(pl.col("uri").str.extract("^([^:]*)").is_in(source.schemes))
        for _, rows in some.group_by(pl.col("byte_count").cum_sum() // BYTES_A_PART, maintain_order=True):
            found = source.read_many(rows["uri"].to_list())
            # No bytes, which have another hash: the reading process reports that the file changed.
            yield {uri: found.get(uri, b"") for uri in rows["uri"]}


def _lines(done: list[Read]) -> pl.DataFrame:
    def column(values: Callable[[LetterLines], Sequence[object]]) -> list[object]:
        return list(chain.from_iterable(values(letter) for _, letter in done))

    return pl.DataFrame(
        {
            "sha256": list(chain.from_iterable(repeat(file.sha256, len(letter.text)) for file, letter in done)),
            "page": column(lambda letter: letter.page),
            "line": column(lambda letter: letter.line),
            "text": column(lambda letter: letter.text),
            "is_bold": column(lambda letter: letter.is_bold),
            "x0": column(lambda letter: letter.x0),
            "top": column(lambda letter: letter.top),
            "extractor": column(lambda letter: letter.read_by),
        },
        schema=LINES.schema,
    )


def _reads(done: list[Read]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                file.sha256,
                WITHOUT_RECOGNITION if letter.lacks_recognition else EXTRACTOR_VERSION,
                letter.extractor,
                letter.page_count,
                letter.code,
                letter.excerpt,
                [finding._asdict() for finding in letter.findings],
            )
            for file, letter in done
        ],
        schema=READS.schema,
        orient="row",
    )
