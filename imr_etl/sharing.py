"""What machines share of a backlog: the files of lines and tables, through one address.

Belongs here: which files are sent to a folder or an object store, and which of them are taken over from there. Does not
belong here: which machine reads which letters (README.md), and how a file shows that it is whole (`imr_etl.seals`).

An address is a folder or a URL that obstore knows: `s3://bucket/folder`, `gs://...`, `az://...`. Keys and endpoint come
from the environment (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT`, ...), as for any client of that store.

Files of the stage files stay where they are: each machine lists the letters that it can see.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from imr_etl import store
from imr_etl.errors import RunError
from imr_etl.paths import DataPaths
from imr_etl.seals import FOOTER, is_sealed, seal_in

SHARED = re.compile(r"(?:lines|tables)/\w+/([\w-]+)\.parquet")
"""What is shared, and the block in its name; anything else at an address is left alone."""

DONE = ("letter_reads", "letter_parses")
"""Say which letters of a block are done, and so come after what they speak of."""

Told = Callable[[int, int], None]
"""Called with each file: how many are copied, of how many."""

Known = dict[str, "obstore.ObjectMeta"]


@dataclass
class Gathered:
    """What was taken over: files, their blocks, and a sentence for each block that was left as it is."""

    files: int = 0
    blocks: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)


def share(paths: DataPaths, address: str, told: Told = lambda _done, _of: None) -> int:
    """Send the files of lines and tables to an address, those of them that are not there yet; how many were sent.

    The caller holds the lock of the data folder. Raises RunError where there is nothing to send, for an address that is
    none and one that cannot be reached or written.
    """
    names = [str(path.relative_to(paths.root)) for path in paths.parquet()]
    names = [name for name in names if SHARED.fullmatch(name)]
    if not names:
        raise RunError(f"There is nothing to share below {paths.root}: load letters there first.")
    with _one_sentence(address):
        there = _opened(address, make=True)
        known = _listed(there)
        due = [name for name in _in_order(names) if not _is_copy(there, known.get(name), paths.root / name)]
        for number, name in enumerate(due, start=1):
            obstore.put(there, name, paths.root / name)
            told(number, len(due))
    return len(due)


def gather(address: str, paths: DataPaths, told: Told = lambda _done, _of: None) -> Gathered:
    """Take over files of lines and tables from an address, those of them that are not here yet.

    A block of which letters were read here that are not among the shared ones is left as it is. The caller holds the
    lock of the data folder. Raises RunError for an address that is none and one that cannot be reached, and for a file
    that is not as it was written.
    """
    found = Gathered()
    with _one_sentence(address):
        there = _opened(address)
        known = _listed(there)
        blocks = sorted({match[1] for match in map(SHARED.fullmatch, known) if match})
        if not blocks:
            raise RunError(f"There is nothing to gather at {address}: have the other machines share what they read.")
        due: list[str] = []
        for block in blocks:
            names = [name for name in _in_order(known) if name.endswith(f"/{block}.parquet")]
            new = [name for name in names if not _is_copy(there, known[name], paths.root / name)]
            if new and (own := _read_here_only(there, paths, block, known)):
                left = f"letters of it that were read here and are not among the shared ones: {own:,}"
                found.left.append(f"{block} is left as it is ({left}).")
            elif new:
                due += new
                found.blocks.add(block)
        for name in due:
            store.write_bytes(_whole(there, name, paths.root / name, address), paths.root / name)
            found.files += 1
            told(found.files, len(due))
    return found


def _read_here_only(there: ObjectStore, paths: DataPaths, block: str, known: Known) -> int:
    """How many letters of a block were read here that the shared block does not have."""
    path = paths.lines("letter_reads", block)
    name = str(path.relative_to(paths.root))
    if not path.exists():
        return 0
    here = store.open_parquet(path).select("sha256").collect()
    if name not in known:
        return here.height
    shared = store.open_parquet(BytesIO(obstore.get(there, name).bytes())).select("sha256").collect()
    return here.join(shared, on="sha256", how="anti").height


def _whole(there: ObjectStore, name: str, path: Path, address: str) -> bytes:
    data = bytes(obstore.get(there, name).bytes())
    if not is_sealed(data, path):
        raise RunError(f"{name} at {address} is damaged: have the machine that made it share it again.")
    return data


def _opened(address: str, *, make: bool = False) -> ObjectStore:
    if "://" in address:
        return from_url(address)
    folder = Path(address).expanduser().absolute()
    if not (make or folder.is_dir()):
        raise RunError(f"There is no folder {folder}: name the one that the other machines share through.")
    return LocalStore(folder, mkdir=make)


def _listed(there: ObjectStore) -> Known:
    """What lies at an address and may be shared, by name."""
    return {meta["path"]: meta for some in there.list() for meta in some if SHARED.fullmatch(meta["path"])}


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (name.split("/")[1] in DONE, name))


def _is_copy(there: ObjectStore, shared: "obstore.ObjectMeta | None", file: Path) -> bool:
    """Both are the same file: as long, and with the same seal. Clocks of machines differ."""
    if shared is None or not file.exists() or shared["size"] != file.stat().st_size:
        return False
    start = max(0, shared["size"] - FOOTER)
    tail = bytes(obstore.get_range(there, shared["path"], start=start, end=shared["size"]))
    with file.open("rb") as own:
        own.seek(start)
        return seal_in(own.read()) == seal_in(tail)


@contextlib.contextmanager
def _one_sentence(address: str) -> Iterator[None]:
    """What an object store raises becomes a sentence."""
    try:
        yield
    except (BaseError, ValueError) as error:
        told = str(error).partition("\n")[0].rstrip(".")
        raise RunError(f"{address} cannot be used ({told}): check the address, its keys and rights.") from error
