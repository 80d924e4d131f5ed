"""The checksum of a Parquet file: the SHA-256 of its own bytes, in its footer.

Belongs here: how a checksum is computed, written and verified. Does not belong here: what is done about a damaged file
(`imr_etl.pipeline.repair`).

As in a tar header, the hash is that of the file with zeros in place of the hash; the names of file and folder are
hashed, too, because blocks may be mixed up when they are copied. Programs that read Parquet find the checksum among the
file's key-value metadata and can ignore it.
"""

import os
import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import polars as pl

from imr_etl.errors import RunError

KEY = "imr_etl_seal"
"""The metadata key of the checksum. Data folders of version 0.1 have it under this name."""

BLANK = b"0" * 64
CHECKSUM = re.compile(KEY.encode() + rb".{0,4}?([0-9a-f]{64})", re.DOTALL)
"""The key, what Thrift puts before a string, the checksum."""

FOOTER = 1 << 20
"""The checksum stands in the last bytes, this many at most; a footer has some hundred bytes per column."""

FOOTER_END = 8
"""A Parquet file ends with the length of its footer and four bytes that say that it is Parquet."""

_verified: dict[Path, tuple[int, int]] = {}
"""Files that this process wrote or verified, with their size and time of change then."""


def with_checksum(frame: pl.DataFrame, path: Path) -> bytes:
    """Encode a frame as the Parquet file of a path, with its checksum. The same frame gives the same bytes."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3, metadata={KEY: BLANK.decode()})
    head, _, tail = buffer.getvalue().rpartition(BLANK)
    return head + _checksum(path, head, tail) + tail


def is_intact(path: Path) -> bool:
    """Check whether a file is as it was written, and for this path; false for one without a checksum.

    Raises OSError if the file cannot be read.
    """
    data = path.read_bytes()
    found = _found(data)
    if found is None:
        return False
    start, end = found.span(1)
    return _checksum(path, data[:start], data[end:]) == data[start:end]


def stored_checksum(path: Path) -> str | None:
    """Read the checksum from a file's footer, without verifying the file; None if it has none.

    Raises OSError if the file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - FOOTER_END))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, size - FOOTER_END - length))
        found = _found(file.read(min(length, FOOTER)))
    return found[1].decode() if found else None


def verify(path: Path) -> None:
    """Refuse a file that is not as it was written.

    The file is read once: later calls compare its size and time of change. Raises RunError if it is damaged,
    OSError if it cannot be read.
    """
    if _verified.get(path) != _stats(path):
        if not is_intact(path):
            raise RunError(f"{path} is damaged: `imr-etl run --rehash` repairs it.")
        trust(path)


def trust(path: Path) -> None:
    """Count a file as verified as long as its size and time of change stay what they are now."""
    _verified[path] = _stats(path)


def _stats(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _found(data: bytes) -> re.Match[bytes] | None:
    # The footer's key-value metadata follow the statistics, which repeat values of the rows.
    found = list(CHECKSUM.finditer(data, max(0, len(data) - FOOTER)))
    return found[-1] if found else None


def _checksum(path: Path, head: bytes, tail: bytes) -> bytes:
    """Hash the name of the folder and the file (a table and a block) and the file's bytes."""
    place = f"{path.parent.name}/{path.name}".encode()
    return sha256(place + head + BLANK + tail).hexdigest().encode()
