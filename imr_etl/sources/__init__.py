"""Where letters come from: each module that has a `SOURCE` lists and reads the letters of one kind of place.

Belongs here: places, addresses and bytes. Does not belong here: which letters are new (`imr_etl.ingest.files`), and
what stands in them (`imr_etl.ingest.pdf`, `imr_etl.ingest.text`).

A new source is one new module; nothing else names it. Every process that reads letters imports all of them: a module
imports what is slow only inside the functions that need it.
"""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from imr_etl.errors import PlaceError, RunError
from imr_etl.sources.source import Source, ending, local_address, path_of

SEPARATOR = ";"
"""Separates places in one text, as in IMR_LETTERS."""

Letters = str | Path | Iterable[str | Path]
"""A place, or several, that letters are taken from."""


class Place(NamedTuple):
    """A place as somebody named it, the source that lists it, its address, and a sentence where it is missing."""

    name: str
    source: Source
    address: str
    fault: str | None = None


@cache
def all_sources() -> tuple[Source, ...]:
    """Return the source of every module of this package that has one."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return tuple(module.SOURCE for module in modules if hasattr(module, "SOURCE"))


def split_places(text: str) -> list[str]:
    """Split a text that names places, separated by `;`. The path of a folder or file that is there is one place."""
    names = [place.strip() for place in text.split(SEPARATOR) if place.strip()]
    return [text] if len(names) > 1 and _exists(_path(text)) else names


def find_places(letters: Letters) -> list[Place]:
    """Find the source and the address of each place.

    Raises PlaceError where all of them are missing, RunError where one is of no known kind.
    """
    names = split_places(letters) if isinstance(letters, str) else [letters] if isinstance(letters, Path) else letters
    places = {place.address: place for place in (find_place(str(name)) for name in names)}
    if not places:
        raise RunError("No place of letters is named: name a folder, an archive, a table of texts or a bucket.")
    faults = [place.fault for place in places.values() if place.fault]
    if len(faults) == len(places):
        raise PlaceError(" ".join(faults))
    return list(places.values())


def find_place(name: str) -> Place:
    """Find the source and the address of a place: an address, or a path, in either case with `?options` after it.

    A path that is not there is taken for what its ending says, else for a folder.
    """
    scheme = name.partition("://")[0] if "://" in name else ""
    options = ""
    if scheme:
        source = next((source for source in all_sources() if scheme in source.schemes), None)
        if source is None:
            raise RunError(f"{name} cannot be listed: no source knows addresses that begin with {scheme}://.")
        if source.is_remote:
            return Place(name, source, name)
        path, options = Path(path_of(name)), urlsplit(name).query
    else:
        path = _path(name)
        if "?" in name and not _exists(path):
            stem, _, options = name.rpartition("?")
            path = _path(stem)
    fault = _fault(path)
    known = {kind for source in all_sources() for kind in source.endings}
    kind = ending(path.name) or "none"
    if kind not in known if fault else path.is_dir():
        kind = ""
    for source in all_sources():
        if kind in source.endings:
            address = local_address(source.endings[kind], path) + (f"?{options}" if options else "")
            return Place(name, source, address, fault)
    raise RunError(
        f"{path} is not a folder, and no file that letters are taken from: name a folder, or a file that ends in"
        f" {', '.join(sorted(known - {''}))}."
    )


def source_of(uri: str) -> Source:
    """Return the source that an address belongs to. Raises OSError where no source knows its scheme."""
    scheme = uri.partition(":")[0]
    for source in all_sources():
        if scheme in source.schemes:
            return source
    raise OSError(f"No source knows addresses that begin with {scheme}:")


def read(uri: str) -> bytes:
    """Return the bytes of the letter at an address, unpacked, no more than MAX_BYTES.

    Raises OSError where it cannot be read; an UnreadFileError says by its `code` why.
    """
    return source_of(uri).read(uri)


def shown(uri: str) -> str:
    """Return an address for people: the path of a file, else the address."""
    return path_of(uri) if uri.startswith("file://") else uri


def _path(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise RunError(f"{name} begins with a user who has no home: write ./{name}") from error


def _exists(path: Path) -> bool:
    return _fault(path) is None


def _fault(path: Path) -> str | None:
    """Return a sentence where nothing can be seen at a path, else None."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return f"There is no folder or file {path}: name the folder that holds the letters."
    except OSError as error:
        return (
            f"{path} cannot be listed ({error.strerror}): give this user the right to read it, or name another place."
        )
    return None
