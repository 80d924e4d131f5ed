"""What stops a run: one plain sentence each, saying what to do.

Belongs here: faults of the call, the folders, the disk and the locks. Does not belong here: faults of one letter
(`imr_etl.problems`).
"""

import errno
import os

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
"""How SQLite, in which Dagster keeps its runs, calls the same faults; their names go on after these."""


class RunError(Exception):
    """A run cannot go on.

    The message is one sentence for the person who started it; nothing that was loaded is lost.
    """


def disk_fault(error: BaseException, place: object) -> RunError | None:
    """What a fault of the disk, of an error or of what led to it, says to a person; None for any other error.

    `place` is named where the error does not tell which file it is about.
    """
    seen: BaseException | None = error
    while seen is not None:
        number = _number(seen)
        if number in DISK_FAULTS:
            name = getattr(seen, "filename", None) or place
            return RunError(f"{name} cannot be written ({os.strerror(number)}): {DISK_FAULTS[number]}.")
        seen = seen.__cause__ or seen.__context__
    return None


def _number(error: BaseException) -> int:
    """The system's number of an error, 0 where it has none."""
    if isinstance(error, OSError):
        return error.errno or 0
    name = getattr(error, "sqlite_errorname", "")
    return next((number for begin, number in SQLITE_FAULTS.items() if name.startswith(begin)), 0)
