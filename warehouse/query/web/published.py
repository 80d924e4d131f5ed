"""The published warehouse, opened for one request.

Belongs here: opening and closing, the bounds of a request, and what is kept until the next publication. Does not
belong here: what is asked.

Each request opens the file and closes it: a new publication is seen by the next request, and the file before it
is held by nobody. What is costly to compute is kept by the name of the build that it was computed from.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import duckdb

from imr_etl.errors import BusyError
from imr_etl.storage.paths import DataPaths
from warehouse.query.connect import confine, reading

AT_A_TIME = 2
"""Requests that have the warehouse open; others wait."""

CONFIG: dict[str, str | int] = {"memory_limit": "160MB", "threads": 2}
SECONDS_TO_WAIT = 60
SECONDS_A_REQUEST = 30.0
MOST_KEPT = 256

Kept = TypeVar("Kept")


@dataclass
class Opened:
    """The warehouse while a request has it open."""

    paths: DataPaths
    connection: duckdb.DuckDBPyConnection
    build: str
    _kept: OrderedDict[Hashable, object] = field(repr=False)
    _lock: threading.Lock = field(repr=False)

    def keep(self, key: Hashable, compute: Callable[[], Kept]) -> Kept:
        """Return what was computed for a key from this build, computed now where it was not."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]
        value = compute()
        self.replace(key, value)
        return value

    def replace(self, key: Hashable, value: object) -> None:
        """Keep a value for a key from now on."""
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


class Published:
    """The warehouse of a data folder, whichever is published at the time."""

    def __init__(self, paths: DataPaths) -> None:
        """Take the data folder; open nothing yet."""
        self.paths = paths
        self._slots = threading.BoundedSemaphore(AT_A_TIME)
        self._lock = threading.Lock()
        self._build = ""
        self._kept: OrderedDict[Hashable, object] = OrderedDict()

    @contextmanager
    def open(self) -> Iterator[Opened]:
        """Open the warehouse read-only, so that nothing but it can be read, for a bounded time.

        Raises RunError where there is no warehouse that can be read, BusyError where too many requests wait, and
        duckdb.InterruptException from the block where it takes too long.
        """
        if not self._slots.acquire(timeout=SECONDS_TO_WAIT):
            raise BusyError("Too many people ask at once: ask again in a moment.")
        try:
            with reading(self.paths.warehouse, CONFIG) as connection:
                confine(connection)
                ((build,),) = connection.execute("SELECT search_index FROM main.build").fetchall()
                with self._lock:
                    if build != self._build:
                        self._build, self._kept = build, OrderedDict()
                    kept = self._kept
                late = threading.Timer(SECONDS_A_REQUEST, connection.interrupt)
                late.daemon = True
                late.start()
                try:
                    yield Opened(self.paths, connection, build, kept, self._lock)
                finally:
                    late.cancel()
        finally:
            self._slots.release()
