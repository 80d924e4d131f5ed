"""The content of files: their bytes and hashes, read within bounds whatever stands under a letter's name.

Belongs here: opening a file. Does not belong here: which files there are (`imr_etl.ingest.files`), and what the bytes
mean (`imr_etl.ingest.pdf`, `imr_etl.ingest.text`).
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from imr_etl.ingest import MAX_BYTES

SECONDS_A_FILE = 30.0
"""More than 100 times what the largest file takes from a local disk, and enough for a disk that has to spin up."""


def read_content(path: str) -> bytes:
    """Return the bytes of a regular file.

    Raises OSError where the file cannot be opened, is no regular file (a pipe, device or socket is not even opened), is
    larger than MAX_BYTES, or has more or fewer bytes than the file system states, as files below /proc and files that
    are being written do. No more than that size and one byte is read.
    """
    _refuse_other(Path(path).stat())
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        status = os.fstat(file.fileno())
        # Another file may have taken the name since.
        _refuse_other(status)
        data = file.read(status.st_size + 1)
    # None where a read would wait for data, as of /proc/kmsg.
    if data is None or len(data) != status.st_size:
        raise OSError(errno.EIO, "Its size is not the one that the file system states")
    return data


def hashes(paths: Sequence[str]) -> list[str | None]:
    """Return the SHA-256 of each file in hex; None where `read_content` fails or takes longer than SECONDS_A_FILE.

    Files are read one after the other in a thread. No signal ends a read from a network drive that is gone, so a thread
    that takes too long is left behind and another one goes on with the next file. Not bounded: the time for all files
    together, and the end of this process, which the system delays until it gives up the reads of the threads left.
    """
    found: list[str | None] = []
    while len(found) < len(paths):
        found.extend(_hashes_until_late(paths[len(found) :]))
    return found


def _hashes_until_late(paths: Sequence[str]) -> Iterator[str | None]:
    """Yield the hashes of files up to the end, or up to the first one that takes too long, for which it yields None."""
    done: SimpleQueue[str | None] = SimpleQueue()
    is_over = Event()

    def hash_each() -> None:
        for path in paths:
            if is_over.is_set():
                return
            done.put(_hash(path))

    Thread(target=hash_each, daemon=True).start()
    try:
        for _ in paths:
            yield done.get(timeout=SECONDS_A_FILE)
    except Empty:
        yield None
    finally:
        is_over.set()


def _hash(path: str) -> str | None:
    try:
        return hashlib.sha256(read_content(path)).hexdigest()
    except OSError:
        return None


def _refuse_other(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "It is no regular file")
    if status.st_size > MAX_BYTES:
        raise OSError(errno.EFBIG, f"It is larger than {MAX_BYTES:,} bytes")
