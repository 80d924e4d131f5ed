"""Files of letters: as they were loaded, and their pages drawn by processes that are watched.

Belongs here: finding the file of a letter that the warehouse knows, drawing, and what is kept of it. Does not belong
here: drawing itself (`imr_etl.ingest.drawing`), and what is marked on a page (`warehouse.query.web.letter`).
"""

import hashlib
import threading
from collections import OrderedDict
from queue import Empty, LifoQueue

from imr_etl.errors import RunError
from imr_etl.ingest.drawing import DrawingRequest, NotDrawn, Sizes
from imr_etl.ingest.workers import Pool
from imr_etl.sources import read

PROCESSES = 2
SECONDS_A_PAGE = 10.0
SECONDS_TO_WAIT = 30.0
BYTES_KEPT = 24 * 1024**2


class NotDrawnError(RunError):
    """A letter's file is gone, was changed, or cannot be drawn."""


def letter_content(uri: str, sha256: str) -> bytes:
    """Read the file of a letter. Raises NotDrawnError where it is not the one that was loaded."""
    try:
        data = read(uri)
    except OSError as error:
        raise NotDrawnError("The letter's file is not where it was when it was loaded.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise NotDrawnError("The letter's file is another one than when it was loaded.")
    return data


class Pages:
    """Drawn pages and their sizes. May be asked by several threads; `close` ends the processes."""

    def __init__(self) -> None:
        """Start no process yet: processes start with the first page."""
        self._pools: LifoQueue[Pool] = LifoQueue()
        for _ in range(PROCESSES):
            self._pools.put(Pool(1, SECONDS_A_PAGE))
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int | None], bytes | Sizes] = OrderedDict()
        self._bytes = 0

    def close(self) -> None:
        """End the processes."""
        for _ in range(PROCESSES):
            self._pools.get().__exit__()

    def sizes(self, uri: str, sha256: str) -> Sizes:
        """Measure the pages of a letter, in points. Raises NotDrawnError."""
        sizes = self._drawn(uri, sha256, None)
        return sizes if isinstance(sizes, list) else []

    def png(self, uri: str, sha256: str, page: int) -> bytes:
        """Draw a page of a letter. Raises NotDrawnError."""
        png = self._drawn(uri, sha256, page)
        return png if isinstance(png, bytes) else b""

    def _drawn(self, uri: str, sha256: str, page: int | None) -> bytes | Sizes:
        key = (sha256, page)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        data = letter_content(uri, sha256)
        try:
            pool = self._pools.get(timeout=SECONDS_TO_WAIT)
        except Empty as error:
            raise NotDrawnError("Too many pages are asked for at once: ask again in a moment.") from error
        try:
            answer = pool.draw(DrawingRequest(data, page))
        finally:
            self._pools.put(pool)
        if isinstance(answer, NotDrawn):
            raise NotDrawnError(answer.reason)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = answer
                self._bytes += len(answer)
            while self._bytes > BYTES_KEPT:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest)
        return answer
