"""Where chunks of letters are processed: by this machine, or by the workers of a cluster.

Belongs here: what an engine is, the one of this machine, and how an engine is chosen. Does not belong here: what a
chunk becomes (`imr_etl.pipeline.process`), the cluster (`imr_etl.pipeline.cluster`), and what is stored
(`imr_etl.pipeline.update`): an engine writes nothing.
"""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Protocol

from imr_etl.errors import RunError
from imr_etl.ingest.lines import read_letters
from imr_etl.ingest.workers import Pool
from imr_etl.pipeline.cluster import Dask
from imr_etl.pipeline.process import MOST_LETTERS, Chunk, Processed, Progress, process_lines

EMBEDDED = "embedded"
PROTOCOLS = {"dask": "tcp", "dask+tls": "tls"}
"""Scheme of a cluster's address -> the scheme that Dask uses."""


class Engine(Protocol):
    """Processes chunks of letters. Use as a context manager: nothing is started before the first chunk."""

    def __enter__(self) -> "Engine":
        """Return the engine."""

    def __exit__(self, *_: object) -> None:
        """End what was started."""

    def letters_a_chunk(self, pending: int) -> int:
        """Return how many letters a chunk has at most when `pending` letters are pending."""

    def run(self, chunks: Iterable[Chunk], progress: Progress) -> Iterator[Processed]:
        """Yield what each chunk became, in the order of the chunks, which are taken as there is room for them.

        `progress` is called with the number of letters read since the last call.
        """


class Embedded:
    """A pool of processes of this machine reads files; this process makes tables of their lines."""

    def __init__(self, pool: Pool) -> None:
        """Take the processes that read files."""
        self._pool = pool

    def __enter__(self) -> "Embedded":
        """Return the engine. Its processes start with the first letters."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the reading processes."""
        self._pool.__exit__()

    def letters_a_chunk(self, pending: int) -> int:  # noqa: ARG002  memory is the only bound
        """Return how many letters are processed together."""
        return MOST_LETTERS

    def run(self, chunks: Iterable[Chunk], progress: Progress) -> Iterator[Processed]:
        """Process one chunk after the other."""
        for chunk in chunks:
            yield process_lines(chunk, *read_letters(chunk.letters_to_read, self._pool, progress, chunk.data))


def find_engine(name: str, workers: int) -> Engine:
    """Return the engine of a name: `embedded` with so many reading processes, or `dask://HOST:PORT`.

    Raises RunError for any other name, and where the library is missing.
    """
    if name == EMBEDDED:
        return Embedded(Pool(workers))
    protocol, _, host = name.partition("://")
    if protocol not in PROTOCOLS or not host.rpartition(":")[2].isdecimal():
        raise RunError(f"{name} is no engine: name {EMBEDDED}, or dask://HOST:8786, the scheduler of a Dask cluster.")
    if find_spec("distributed") is None:
        raise RunError(f"{name} needs the library distributed: install it with pip install 'imr-etl[cluster]'.")
    return Dask(f"{PROTOCOLS[protocol]}://{host}")
