"""What stops a run: one plain sentence each, saying what to do.

Belongs here: faults of the call, the folders, the disk and the locks. Does not belong here: faults of one letter
(`imr_etl.problems`).
"""

import errno
import os
import shutil
from pathlib import Path

NO_ROOM = "make room there, then run again"
NO_RIGHT = "give this user the right to write there, then run again"
DISK_FAULTS = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EFBIG: "raise this user's limit for the size of files, then run again",
    errno.EACCES: NO_RIGHT,
    errno.EPERM: NO_RIGHT,
    errno.EROFS: NO_RIGHT,
    errno.EIO: "the disk may be failing; look at it, then run again",
}
SQLITE_FAULTS = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_READONLY": errno.EROFS,
    "SQLITE_CANTOPEN": errno.EACCES,
    "SQLITE_IOERR": errno.EIO,
}
"""How the names begin that SQLite, where Dagster keeps its runs, has for the same faults."""

LITTLE = 1024**2
"""A disk with fewer bytes free is full."""


class RunError(Exception):
    """A run cannot go on.

    The message is one sentence for the person who started it; nothing that was loaded is lost.
    """


class PlaceError(RunError):
    """A place of letters cannot be listed now: missing, forbidden, empty or without an answer."""


class BusyError(RunError):
    """Another program holds what the run needs: a run may wait and try again."""


class DiskFullError(RunError):
    """The disk has no room: a run may try again once somebody has made room."""


def disk_fault(error: BaseException, place: Path) -> RunError | None:
    """Return the sentence for a disk fault that is this error or one of its causes; None where there is none.

    `place` is the data folder; it is named where the error does not say which file it is about.
    """
    for link in _chain(error):
        number = _number(link)
        # On a full disk SQLite may fail in other ways than for want of room.
        if number == errno.EIO and place.exists() and shutil.disk_usage(place).free < LITTLE:
            number = errno.ENOSPC
        if number in DISK_FAULTS:
            name = getattr(link, "filename", None) or place
            kind = DiskFullError if number in (errno.ENOSPC, errno.EDQUOT) else RunError
            return kind(f"{name} cannot be written ({os.strerror(number)}): {DISK_FAULTS[number]}.")
    return None


def not_written(error: OSError, file: Path) -> RunError:
    """Return the error that says that a file that was asked for could not be written, and why."""
    return disk_fault(error, file.parent) or RunError(
        f"{file} cannot be written ({error.strerror}): name a file in a folder that is there."
    )


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error, what it was raised from, and so on, each once: the causes may form a circle."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    return chain


def _number(error: BaseException) -> int:
    """Return the system's number of an error, 0 where it has none."""
    if isinstance(error, OSError):
        return error.errno or 0
    name = getattr(error, "sqlite_errorname", "")
    return next((number for begin, number in SQLITE_FAULTS.items() if name.startswith(begin)), 0)
