"""One writer at a time below a data folder, and waiting for whoever holds what a run needs.

Belongs here: the lock that every run holds while it writes, that of a fetch, and the wait for them. Does not belong
here: what a run writes (`imr_etl.pipeline`, `warehouse.build.build`).

A lock is the kernel's (`flock`): it is free again when its holder ends, however it ends.
"""

import contextlib
import fcntl
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from imr_etl.errors import BusyError, RunError, disk_fault
from imr_etl.storage.paths import FORMAT, DataPaths

_held: set[tuple[str, int]] = set()
"""Data folders, each with the thread that holds its lock: a code location evaluates its schedules in threads."""

MISREAD = re.compile(r"[*?\[\]\\]|%[0-9A-Fa-f]{2}")
"""Parts of a path for which DuckDB would read other folders too, or which Dagster would decode as an address."""

OTHERS_AND_GROUP_WRITE = 0o027
"""The rights that files below a data folder do not give: any to others, and writing to the group."""

SECONDS_BETWEEN_ATTEMPTS = 1.0
SECONDS_BETWEEN_LINES = 300.0

T = TypeVar("T")


@dataclass(frozen=True)
class Wait:
    """How long a run waits for another program, and what logs a line while it waits."""

    seconds: float = 0.0
    log: Callable[[str], None] = lambda _: None

    def until(self, attempt: Callable[[], T]) -> T:
        """Call a function until it no longer raises BusyError, and return what it returns.

        Raises its BusyError once the time is over.
        """
        start, last_line = time.monotonic(), -SECONDS_BETWEEN_LINES
        while True:
            try:
                return attempt()
            except BusyError as error:
                waited = time.monotonic() - start
                if waited >= self.seconds:
                    raise
                if waited - last_line >= SECONDS_BETWEEN_LINES:
                    last_line = waited
                    self.log(f"{error} Waiting for up to {(self.seconds - waited) / 60:,.1f} more minutes.")
                time.sleep(min(SECONDS_BETWEEN_ATTEMPTS, self.seconds - waited))


NO_WAIT = Wait()


@contextlib.contextmanager
def writing(paths: DataPaths, wait: Wait = NO_WAIT) -> Iterator[None]:
    """Hold the right to write below a data folder; a thread that holds it may take it again.

    Raises BusyError where another process or thread still holds it after the wait, and RunError where the folder cannot
    be made or written.
    """
    key = (str(paths.root), threading.get_ident())
    if key in _held:
        yield
        return
    with holding(paths, paths.lock, "run", wait):
        paths.refuse_newer_format()
        with contextlib.suppress(OSError):
            paths.format.write_text(f"{FORMAT}\n", encoding="utf-8")
        _held.add(key)
        try:
            yield
        finally:
            _held.remove(key)


@contextlib.contextmanager
def holding(paths: DataPaths, file: Path, what: str, wait: Wait = NO_WAIT) -> Iterator[None]:
    """Hold the lock on a file of a data folder; `what` names the holder in a sentence. New files are private.

    Raises BusyError where another process or thread still holds it after the wait, and RunError where the folder cannot
    be made or written.
    """
    with private_files(), _opened(paths, file) as lock:
        wait.until(lambda: _take(lock, paths, what))
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield


@contextlib.contextmanager
def private_files() -> Iterator[None]:
    """Make new folders at most 0750 and new files at most 0640: letters may hold personal data.

    A stricter umask holds. Applies to all threads of the process.
    """
    old = os.umask(0o077)
    os.umask(old | OTHERS_AND_GROUP_WRITE)
    try:
        yield
    finally:
        os.umask(old)


def _take(lock: int, paths: DataPaths, what: str) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(lock, 32, 0).decode(errors="replace").strip() or "unknown"
        raise BusyError(
            f"Another {what} (process {holder}) is at work on {paths.root}: wait until it has ended, then run again."
        ) from error


@contextlib.contextmanager
def _opened(paths: DataPaths, file: Path) -> Iterator[int]:
    root = str(paths.root)
    if found := [*MISREAD.findall(root), *(character for character in root if not character.isprintable())]:
        listed = " ".join(dict.fromkeys(repr(each)[1:-1] if each != "\\" else each for each in found))
        raise RunError(
            f"The path {root} has {listed} in it, which DuckDB or Dagster take for something else: name another data"
            r" folder, without * ? [ ] \ %20 and their like, control characters, and bytes that are not UTF-8."
        )
    if paths.root.exists() and not paths.root.is_dir():
        raise RunError(f"{paths.root} is not a folder: name a folder for the data.")
    try:
        paths.root.mkdir(parents=True, exist_ok=True)
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise disk_fault(error, paths.root) or RunError(
            f"The data folder {paths.root} cannot be written ({error.strerror}): name another."
        ) from error
    try:
        yield lock
    finally:
        os.close(lock)
