"""A Parquet file's seal: the hash of its own bytes, in its footer, that tells whether the file is as it was written.

Belongs here: how a file is sealed and a seal is checked. Does not belong here: when files are checked, and what is done
about a broken one (`imr_etl.mending`).

As in a tar header, the hash is that of the file with zeros in the hash's place; the names of file and folder go with
it. Whoever reads Parquet finds the seal among the file's key-value metadata and need not know it.
"""

import os
import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import polars as pl

KEY = "imr_etl_seal"
BLANK = b"0" * 64
SEAL = re.compile(KEY.encode() + rb".{0,4}?([0-9a-f]{64})", re.DOTALL)
"""The key, what Thrift puts before a text, the seal."""

FOOTER = 1 << 20
"""The seal stands in so many last bytes; a footer has some hundred bytes a column."""

FOOTER_END = 8
"""A Parquet file ends with the length of its footer and four bytes that say that it is Parquet."""


def sealed(frame: pl.DataFrame, path: Path) -> bytes:
    """A frame as the Parquet file of a path, with its seal. The same frame gives the same bytes."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3, metadata={KEY: BLANK.decode()})
    head, _, tail = buffer.getvalue().rpartition(BLANK)
    return head + _seal(path, head, tail) + tail


def is_whole(path: Path) -> bool:
    """The file is as it was written, and for this path; false also for one without a seal, that somebody else made.

    Raises OSError where the file cannot be read.
    """
    return is_sealed(path.read_bytes(), path)


def is_sealed(data: bytes, path: Path) -> bool:
    """These are the bytes of a file as it was written for this path."""
    found = _found(data)
    if found is None:
        return False
    start, end = found.span(1)
    return _seal(path, data[:start], data[end:]) == data[start:end]


def seal_in(tail: bytes) -> bytes | None:
    """The seal that a file's last bytes hold, `FOOTER` of them or all; None where they hold none."""
    found = _found(tail)
    return found[1] if found else None


def checksum_in_footer(path: Path) -> str | None:
    """Read the checksum that a Parquet file states of itself, from its footer alone; None where it states none.

    Does not tell whether the file is as it was written: `is_whole` reads all of it. Raises OSError where the file
    cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - FOOTER_END))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, size - FOOTER_END - length))
        seal = seal_in(file.read(min(length, FOOTER)))
    return seal.decode() if seal else None


def _found(data: bytes) -> re.Match[bytes] | None:
    # The footer's key-value metadata follow whatever it repeats of the rows.
    seals = list(SEAL.finditer(data, max(0, len(data) - FOOTER)))
    return seals[-1] if seals else None


def _seal(path: Path, head: bytes, tail: bytes) -> bytes:
    """The hash of a table's name, a block's name and the file: blocks may be mixed up when they are copied."""
    place = f"{path.parent.name}/{path.name}".encode()
    return sha256(place + head + BLANK + tail).hexdigest().encode()
