"""One writer at a time below a data folder.

Belongs here: the lock that every run holds while it writes. Does not belong here: what it writes (`imr_etl.pipeline`,
`warehouse.build.build`).

The lock is the kernel's (`flock`): it is free again when its holder ends, however it ends.
"""

import contextlib
import fcntl
import os
import re
import threading
from collections.abc import Iterator

from imr_etl.errors import RunError, disk_fault
from imr_etl.storage.paths import DataPaths

_held: set[tuple[str, int]] = set()
"""Data folders, each with the thread that holds its lock: the schedules of a code location are asked in threads."""

MISREAD = re.compile(r"[*?\[\]\\]|%[0-9A-Fa-f]{2}")
"""DuckDB would read the files of other folders too; Dagster takes the name of its storage for an address."""


@contextlib.contextmanager
def writing(paths: DataPaths) -> Iterator[None]:
    """Hold the right to write below a data folder; a thread that holds it may take it again.

    Raises RunError where another process or thread holds it, and where the folder cannot be made or written.
    """
    key = (str(paths.root), threading.get_ident())
    if key in _held:
        yield
        return
    with _opened(paths) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(lock, 32, 0).decode(errors="replace").strip() or "unknown"
            raise RunError(
                f"Another run (process {holder}) is at work on {paths.root}: wait until it has ended, then run again."
            ) from error
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        _held.add(key)
        try:
            yield
        finally:
            _held.remove(key)


@contextlib.contextmanager
def _opened(paths: DataPaths) -> Iterator[int]:
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
        lock = os.open(paths.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise disk_fault(error, paths.root) or RunError(
            f"The data folder {paths.root} cannot be written ({error.strerror}): name another."
        ) from error
    try:
        yield lock
    finally:
        os.close(lock)
