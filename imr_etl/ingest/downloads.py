"""Letters that a listing downloaded to hash them, kept until they are read: a new object is downloaded once.

Belongs here: the folder that holds them, and its bound. Does not belong here: how a letter is downloaded
(`imr_etl.sources`), and which letters are to be read (`imr_etl.pipeline.update`).
"""

import contextlib
import hashlib
import shutil
from collections.abc import Collection
from pathlib import Path
from threading import Lock

import polars as pl

MOST_BYTES = 4 * 1024**3
"""The most that is kept at a time, some 100,000 letters; what is more is downloaded again when it is read."""

SHARE_OF_DISK = 4
"""The most that is kept, as one part in so many of the free disk."""


class Downloads:
    """A folder with a file a letter, named by the hash of its content. Several threads may keep letters."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which need not be there."""
        self._folder = folder
        self._lock = Lock()
        self._free = 0

    def clear(self) -> None:
        """Remove what is kept, and set how much may be kept from now on."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._free = min(MOST_BYTES, shutil.disk_usage(self._folder.parent).free // SHARE_OF_DISK)

    def keep(self, sha256: str, data: bytes) -> None:
        """Keep a letter, if there is room: nothing is lost where there is none."""
        with self._lock:
            if len(data) > self._free:
                return
            self._free -= len(data)
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            (self._folder / sha256).write_bytes(data)

    def find(self, letters: pl.DataFrame) -> dict[str, bytes]:
        """Return by address the bytes of those letters (uri, sha256) that are kept."""
        found = {}
        for uri, sha256 in letters.select("uri", "sha256").iter_rows() if self._folder.is_dir() else ():
            with contextlib.suppress(OSError):
                data = (self._folder / sha256).read_bytes()
                # A run that was killed may have left a part of a letter.
                if hashlib.sha256(data).hexdigest() == sha256:
                    found[uri] = data
        return found

    def drop(self, letters: Collection[str]) -> None:
        """Remove letters (sha256), kept or not."""
        for sha256 in letters if self._folder.is_dir() else ():
            with contextlib.suppress(OSError):
                (self._folder / sha256).unlink(missing_ok=True)

    def drop_others(self, letters: Collection[str]) -> None:
        """Remove all but these letters (sha256): a content that was known before is not read."""
        if self._folder.is_dir():
            self.drop({file.name for file in self._folder.iterdir()}.difference(letters))
