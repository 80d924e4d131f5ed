"""What the sources have in common: their interface, the kinds of files that are letters, addresses of local files.

Does not belong here: anything of one kind of place.
"""

import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from imr_etl.errors import PlaceError
from imr_etl.storage.paths import folder_of

if TYPE_CHECKING:
    import polars as pl

MAX_BYTES = 20 * 1024 * 1024
"""Larger files are not read. The largest of 194 real letters has 60 KB."""

PDF, TEXT = "application/pdf", "text/plain"
MEDIA_TYPES = {".pdf": PDF, ".txt": TEXT, ".txt.gz": TEXT}
"""What a file, a member of an archive or an object is, by the ending of its name; all others are no letters."""

MEMBER = "!/"
"""Separates the address of an archive or table from the name of a letter in it. An address has no other `!`."""

LISTED_AT_A_TIME = 50_000
LONGEST_ENDING = 12
"""Characters; a longer text after the last period of a name is not a file ending."""

Row = tuple[str, int, int | None, str | None, str]
"""A listed letter: uri, byte_count, modified_ns, version, media_type."""


class UnreadFileError(OSError):
    """A letter that cannot be read; `code` is one of `imr_etl.problems.PROBLEM_CODES`."""

    def __init__(self, code: str, reason: str) -> None:
        """Take the problem's code and a reason for people."""
        super().__init__(0, reason)
        self.code = code


class Stamp(NamedTuple):
    """What shows whether an archive or a table changed since it was listed: size, and time of change."""

    byte_count: int
    modified_ns: int


@dataclass
class Found:
    """What a listing found beside letters.

    Attributes:
        unlisted: the addresses of folders that could not be listed.
        passed_over: how many files of each kind are no letters.
    """

    unlisted: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)

    def media_type(self, name: str) -> str | None:
        """Return what a file is by its name; one that is no letter is counted."""
        kind = ending(name)
        if kind not in MEDIA_TYPES:
            self.passed_over[kind if kind and len(kind) <= LONGEST_ENDING else "without an ending"] += 1
        return MEDIA_TYPES.get(kind)


class Source(Protocol):
    """A kind of place that letters are taken from. A source inherits from this class."""

    schemes: tuple[str, ...]
    """How the addresses of its letters begin, before `://`."""

    endings: Mapping[str, str] = {}
    """Ending of a local file that it lists -> scheme of its address; the empty ending stands for folders."""

    is_remote: bool = False
    """Its places are named by an address, not by a path."""

    concurrent_reads: int = 1
    """How many letters are best read at the same time by one process."""

    is_read_together: bool = False
    """Many letters are read at the cost of one: `read_many` reads them before they are shared out to processes."""

    def list(self, address: str, found: Found) -> Iterator["list[Row] | pl.DataFrame"]:
        """Yield the letters of a place in batches: rows, or frames with the columns of `Row`.

        `version` is what shows that a letter changed where there is no time, such as an ETag, or `sha256:` and the hash
        where the listing knows the hash. The second and third letter of the same address end in `#2` and `#3`. What is
        no letter is counted in `found`. Raises PlaceError where the place cannot be listed, RunError where its address
        is wrong.
        """

    def beginning(self, address: str) -> str:
        """Return how the addresses of the letters of a place begin."""
        return address.rstrip("/")

    def stamp(self, address: str) -> Stamp | None:  # noqa: ARG002  of most sources
        """Return the state of an archive or table, which is not listed again while it is the same; None for others.

        Raises PlaceError where it is missing.
        """
        return None

    def read(self, uri: str) -> bytes:
        """Return a letter's bytes, at most MAX_BYTES. Raises OSError."""

    def read_many(self, uris: Sequence[str]) -> dict[str, bytes]:  # noqa: ARG002  of most sources
        """Return the bytes of letters by address, without those that cannot be read, where `is_read_together`."""
        return {}


def ending(name: str) -> str:
    """Return the ending of a file's name: `.pdf`, of a packed file with what it packs: `.txt.gz`."""
    stem, last = os.path.splitext(name)  # noqa: PTH122  a path made of each of two million names takes longer
    last = last.casefold()
    return os.path.splitext(stem)[1].casefold() + last if last == ".gz" else last  # noqa: PTH122


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut rows into lists: all rows as Python objects would take ten times the room of columns."""
    entries = iter(rows)
    while batch := list(islice(entries, LISTED_AT_A_TIME)):
        yield batch


def local_address(scheme: str, path: Path) -> str:
    """Return the address of a path, whatever bytes its names are made of, `..` in it resolved."""
    return f"{scheme}://{quote_from_bytes(os.fsencode(folder_of(path)))}"


def path_of(address: str) -> str:
    """Return the path in the file system that an address stands for, or that its archive or table has."""
    return os.fsdecode(unquote_to_bytes(urlsplit(address.partition(MEMBER)[0]).path))


def local_stamp(address: str) -> Stamp:
    """Return size and time of an archive or table in the file system. Raises PlaceError where it cannot be seen."""
    try:
        status = Path(path_of(address)).stat()
    except OSError as error:
        raise not_listed(address, error.strerror or str(error)) from error
    return Stamp(status.st_size, status.st_mtime_ns)


def not_listed(address: str, reason: str) -> PlaceError:
    """Say that a place cannot be listed, and why."""
    place = path_of(address) if urlsplit(address).path and not urlsplit(address).netloc else address
    return PlaceError(f"{place} cannot be listed ({reason}). Nothing that was loaded is lost.")


def unpacked(name: str, data: bytes) -> bytes:
    """Return a letter's bytes, those of a name that ends in `.gz` unpacked. Raises UnreadFileError."""
    if not name.casefold().endswith(".gz"):
        return data
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = unpacker.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise UnreadFileError("unreadable_file", f"It is no gzip file, or damaged: {error}") from error
    if len(text) > MAX_BYTES:
        raise too_large()
    if not unpacker.eof:
        raise UnreadFileError("unreadable_file", "The gzip file is cut short")
    return text


def too_large() -> UnreadFileError:
    """Return the error of a file that is larger than any letter."""
    return UnreadFileError("too_large", f"It is larger than {MAX_BYTES:,} bytes")
