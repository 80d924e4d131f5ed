"""The hashes of letters, each read within a time limit, wherever it is stored.

Does not belong here: how a letter is opened (`imr_etl.sources`), which ones there are (`imr_etl.ingest.files`), and
what the bytes mean (`imr_etl.ingest.pdf`, `imr_etl.ingest.text`).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple

from imr_etl.ingest.downloads import Downloads
from imr_etl.sources import read, source_of
from imr_etl.sources.source import UnreadFileError

SECONDS_A_FILE = 30.0
"""More than 100 times what the largest file takes from a local disk, and enough for a disk that has to spin up."""

SECONDS_BETWEEN_SIGNALS = 0.2


class Hashed(NamedTuple):
    """The SHA-256 of a letter in hex, or the code of the problem with it."""

    sha256: str | None
    problem: str | None = None


UNREADABLE = Hashed(None, "unreadable_file")


def hashes(uris: Sequence[str], downloads: Downloads | None = None) -> list[Hashed]:
    """Hash the letters at addresses: one after the other, or as many at once as their source allows.

    No signal ends a read from a network drive that is gone, so a thread that takes longer than SECONDS_A_FILE is left
    behind and another one goes on with the next file. Two times have no bound: that of all files together, and the end
    of this process, which the system delays until the reads of the threads left behind have failed. Letters that are
    not on this machine are kept in `downloads`.
    """
    of_sources: defaultdict[int, list[int]] = defaultdict(list)
    for position, uri in enumerate(uris):
        of_sources[_concurrent_reads(uri)].append(position)
    found = [UNREADABLE] * len(uris)
    for at_once, positions in of_sources.items():
        parts = [positions[first::at_once] for first in range(min(at_once, len(positions)))]
        hashed = _hashes_of_parts([[uris[position] for position in part] for part in parts], downloads)
        for part, of_part in zip(parts, hashed, strict=True):
            for position, one in zip(part, of_part, strict=True):
                found[position] = one
    return found


def _concurrent_reads(uri: str) -> int:
    try:
        return source_of(uri).concurrent_reads
    except OSError:
        return 1


def _hashes_of_parts(parts: list[list[str]], downloads: Downloads | None) -> list[list[Hashed]]:
    """Hash several lists of letters at the same time, a thread each."""
    is_stopped = Event()
    if len(parts) == 1:
        return [_hashes_one_by_one(parts[0], is_stopped, downloads)]
    threads = ThreadPoolExecutor(len(parts))
    try:
        futures = [threads.submit(_hashes_one_by_one, part, is_stopped, downloads) for part in parts]
        # Once polars is imported, a wait without a timeout does not notice Ctrl-C.
        while wait(futures, timeout=SECONDS_BETWEEN_SIGNALS).not_done:
            pass
        return [future.result() for future in futures]
    finally:
        # Ctrl-C waits for the letters at hand, not for all.
        is_stopped.set()
        threads.shutdown(wait=False)


def _hashes_one_by_one(uris: Sequence[str], is_stopped: Event, downloads: Downloads | None) -> list[Hashed]:
    found: list[Hashed] = []
    while len(found) < len(uris) and not is_stopped.is_set():
        for hashed in _hashes_until_late(uris[len(found) :], downloads):
            found.append(hashed)
            if is_stopped.is_set():
                break
    return found


def _hashes_until_late(uris: Sequence[str], downloads: Downloads | None) -> Iterator[Hashed]:
    """Yield the hashes of letters up to the end, or up to the first one that takes too long, which is unreadable."""
    done: SimpleQueue[Hashed] = SimpleQueue()
    is_over = Event()

    def hash_each() -> None:
        for uri in uris:
            if is_over.is_set():
                return
            done.put(_hash(uri, downloads))

    Thread(target=hash_each, daemon=True).start()
    try:
        for _ in uris:
            yield done.get(timeout=SECONDS_A_FILE)
    except Empty:
        yield UNREADABLE
    finally:
        is_over.set()


def _hash(uri: str, downloads: Downloads | None) -> Hashed:
    try:
        data = read(uri)
    except UnreadFileError as error:
        return Hashed(None, error.code)
    except OSError:
        return UNREADABLE
    sha256 = hashlib.sha256(data).hexdigest()
    if downloads and source_of(uri).is_remote:
        downloads.keep(sha256, data)
    return Hashed(sha256)
