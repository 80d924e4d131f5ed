"""Folders of letters, and single files: `file:///srv/letters/CM16-0123456.pdf`.

Does not belong here: files that hold many letters (`imr_etl.sources.archive`, `imr_etl.sources.text_table`), which are
listed only where they are named themselves.
"""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_from_bytes

from imr_etl.errors import PlaceError
from imr_etl.sources.source import MAX_BYTES, MEDIA_TYPES, Found, Row, Source, batches, path_of, too_large, unpacked

SCHEME = "file"


class FolderSource(Source):
    """A folder and the folders in it. Links to folders are not followed: they may lead in circles."""

    schemes = (SCHEME,)
    endings = dict.fromkeys(("", *MEDIA_TYPES), SCHEME)

    def list(self, address: str, found: Found) -> Iterator[list[Row]]:
        """Yield every letter below a folder, or a single file. Waits for the file system without a limit."""
        path = path_of(address)
        rows = letters_below(path, found) if Path(path).is_dir() else [_single(address, path, found)]
        yield from batches(rows)

    def read(self, uri: str) -> bytes:
        """Return a file's bytes."""
        path = path_of(uri)
        return unpacked(path, read_file(path))


SOURCE = FolderSource()


def read_file(path: str) -> bytes:
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


def _refuse_other(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "It is no regular file")
    if status.st_size > MAX_BYTES:
        raise too_large()


def letters_below(top: str, found: Found) -> Iterator[Row]:
    """Yield the letters in a folder and the folders in it. Raises PlaceError where the folder cannot be listed."""
    # Making a Path of each of two million names would take longer than the disk.
    folders = [top]
    while folders:
        path = folders.pop()
        address = Path(path).as_uri().rstrip("/")
        try:
            inner, files = _entries(path)
        except OSError as error:
            if path == top:
                raise PlaceError(
                    f"The folder {top} cannot be listed ({error.strerror}): give this user the right to read it."
                ) from error
            found.unlisted.append(address)
            continue
        folders += inner
        for entry in files:
            if media_type := found.media_type(entry.name):
                uri = f"{address}/{quote_from_bytes(os.fsencode(entry.name))}"
                try:
                    status = entry.stat()
                except OSError:
                    yield uri, 0, 0, None, media_type
                else:
                    yield uri, status.st_size, status.st_mtime_ns, None, media_type


def _single(address: str, path: str, found: Found) -> Row:
    try:
        status = Path(path).stat()
    except OSError as error:
        raise PlaceError(f"{path} cannot be read ({error.strerror}): name another file.") from error
    return address, status.st_size, status.st_mtime_ns, None, found.media_type(path) or ""


def _entries(folder: str) -> tuple[list[str], list[os.DirEntry[str]]]:
    """Return the paths of the folders in a folder, and its other entries. Raises OSError if any cannot be listed."""
    folders, files = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                files.append(entry)
    return folders, files
