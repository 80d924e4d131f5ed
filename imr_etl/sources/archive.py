"""Zip archives of letters: `zip:///srv/letters.zip!/2016/CM16-0123456.pdf`.

Nothing is unpacked to the disk: a member is read into memory, within bounds. The second member of the same name has
the address `...!/a.pdf#2`.

Does not belong here: archives in archives, which are passed over.
"""

import io
import stat
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

from imr_etl.sources.source import (
    MAX_BYTES,
    MEMBER,
    Found,
    Row,
    Source,
    Stamp,
    UnreadFileError,
    batches,
    local_stamp,
    not_listed,
    path_of,
    too_large,
    unpacked,
)

LARGEST_DIRECTORY = 32 * 1024 * 1024
"""Bytes of an archive's table of contents: some 450,000 letters. Every reading process holds 1.5 KB of each."""

LARGEST_RATIO = 200
"""Bytes that one packed byte may stand for. Texts of letters pack to a fifth, PDFs hardly at all."""

LARGEST_TOTAL = 1024 * 1024 * 1024
"""Bytes that all members may have in any archive; in one that has many members the ratio above is the bound."""

SMALL = 1024 * 1024
"""Bytes up to which a member's ratio says nothing: white space packs well."""

JUNK = "__MACOSX/"
"""The folder in which macOS keeps what a zip archive cannot say of a file, under the file's name."""


class ArchiveSource(Source):
    """The members of a zip archive, in folders of any depth."""

    schemes = ("zip",)
    endings = {".zip": "zip"}  # noqa: RUF012  no one changes it

    def stamp(self, address: str) -> Stamp:
        """Return size and time of the archive."""
        return local_stamp(address)

    def list(self, address: str, found: Found) -> Iterator[list[Row]]:
        """Yield the letters of an archive. What is wrong with a member shows when it is read."""
        stamp = local_stamp(address)
        try:
            archive = _opened(path_of(address), stamp)
        except (OSError, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError) as error:
            raise not_listed(address, f"it is no zip archive, or damaged: {error}") from error
        total = sum(info.file_size for info in archive.filelist)
        if total > max(LARGEST_TOTAL, LARGEST_RATIO * stamp.byte_count):
            raise not_listed(address, f"it would unpack to {total:,} bytes, as no archive of letters does")
        yield from batches(_members(address, archive, found))

    def read(self, uri: str) -> bytes:
        """Return a member's bytes."""
        address, _, member = uri.partition(MEMBER)
        path = path_of(address)
        status = Path(path).stat()
        name, _, number = member.partition("#")
        try:
            archive = _opened(path, Stamp(status.st_size, status.st_mtime_ns))
            return _read(archive, archive.member(unquote(name), int(number or 1)))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise OSError(f"The archive or its member is damaged: {error}") from error


SOURCE = ArchiveSource()


class _BoundedFile(io.FileIO):
    """A file that refuses to read more bytes at once than LARGEST_DIRECTORY."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > LARGEST_DIRECTORY:
            raise zipfile.BadZipFile("it has more members than any archive of letters: split it")
        return super().read(-1 if size is None else size) or b""


class _Archive(zipfile.ZipFile):
    """An archive that can return each of several members of the same name."""

    def __init__(self, file: io.FileIO) -> None:
        super().__init__(file)
        counts = Counter(info.filename for info in self.filelist)
        self._repeated: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
        for info in self.filelist:
            if counts[info.filename] > 1:
                self._repeated[info.filename].append(info)

    def member(self, name: str, number: int) -> zipfile.ZipInfo:
        """Return the first, second ... member of a name. Raises OSError where it is gone."""
        members = self._repeated.get(name) or [self.NameToInfo[name]] if name in self.NameToInfo else []
        if not 0 < number <= len(members):
            raise OSError(f"The archive has no member {name} any more")
        return members[number - 1]


@lru_cache(maxsize=2)
def _opened(path: str, stamp: Stamp) -> _Archive:  # noqa: ARG001  an archive that changed is opened again
    """Return an open archive: its table of contents is read once, not once a member."""
    return _Archive(_BoundedFile(path))


def _members(address: str, archive: _Archive, found: Found) -> Iterator[Row]:
    for info in archive.filelist:
        if info.is_dir():
            continue
        if info.filename.startswith(JUNK):
            found.passed_over[JUNK] += 1
        elif media_type := found.media_type(info.filename):
            uri = f"{address}{MEMBER}{quote(info.filename, errors='surrogateescape')}"
            yield uri, info.file_size, None, f"crc32:{info.CRC:08x}", media_type


def _read(archive: _Archive, info: zipfile.ZipInfo) -> bytes:
    """Read a member within bounds. Raises UnreadFileError for a member that nobody who packs letters would make."""
    if info.flag_bits & 1:
        raise UnreadFileError("password_protected", "The archive's member asks for a password")
    if info.file_size > MAX_BYTES:
        raise too_large()
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnreadFileError("unsafe_member", "The archive's member is a link")
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or ":" in parts[0]:
        raise UnreadFileError("unsafe_member", "The name of the archive's member leads out of the archive")
    if info.file_size > max(SMALL, LARGEST_RATIO * info.compress_size):
        raise UnreadFileError("unsafe_member", "The archive's member unpacks to far more than a letter would")
    with archive.open(info) as file:
        data = file.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise OSError("The archive's member has another size than its archive states")
    return unpacked(info.filename, data)
