"""Chunks of letters as tasks of a Dask cluster: `imr-etl run --engine dask://HOST:8786`.

Belongs here: the tasks, their way to the workers and back, and what a worker does with one. Does not belong here: what
is stored (`imr_etl.pipeline.update`): a worker writes nothing.

Inside a worker a watched process reads the files, as on one machine: a file that kills it affects no other. The library
distributed is an extra, `imr-etl[cluster]`. It sends pickles: whoever reaches the scheduler runs code on all machines.
"""

import contextlib
import logging
import pickle
import platform
import threading
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from imr_etl import vocabulary
from imr_etl.errors import RunError
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.ingest.lines import is_read_together, read_ahead, read_letters
from imr_etl.ingest.recognition import is_recognition_installed
from imr_etl.ingest.workers import Pool
from imr_etl.parse import parser_version
from imr_etl.pipeline.process import MOST_LETTERS, Chunk, Processed, Progress, process_lines
from imr_etl.problems import UNREAD

if TYPE_CHECKING:
    from distributed import Client, Future

FEWEST_LETTERS = 250
"""The least letters of a chunk: any chunk costs more than a second, however few letters it has."""

CHUNKS_A_WORKER = 3
"""Tasks in flight for each worker: one at work, others that wait for the worker or for the driver."""

BYTES_IN_FLIGHT = 1024**3
"""The most bytes of all tasks in flight, which the scheduler holds in memory."""

RETRIES = 2
SECONDS_TO_CONNECT, SECONDS_TO_A_WORKER, SECONDS_WITHOUT_WORKERS, SECONDS_A_WAIT = 10, 30, 120, 5
PACKAGES = ("imr-etl", "distributed", "polars", "pypdfium2", "pikepdf", "pdfplumber")
PLACE = pl.col("uri").str.extract("^([^:]*://[^/]*)")
"""The part of an address that decides whether a worker can read it: files of a machine, its archives, a bucket."""


class _Task(NamedTuple):
    """A chunk, and what the result depends on beside it: the driver's versions and added words."""

    chunk: Chunk
    versions: dict[str, str]
    tables: dict[str, pl.DataFrame]
    fingerprint: str | None


class Dask:
    """An engine (`imr_etl.pipeline.engine`). Workers read letters where they are; what they cannot read is sent."""

    def __init__(self, address: str) -> None:
        """Take the scheduler's address."""
        self._address = address
        self._client: Client | None = None
        self._places_sent: set[str] = set()

    def __enter__(self) -> "Dask":
        """Return the engine. It connects with the first chunk: some nightly runs have none."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster, which drops what is in flight."""
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.close(timeout=SECONDS_A_WAIT)

    def letters_a_chunk(self, pending: int) -> int:
        """Return a size with which every worker has a chunk, within bounds."""
        return max(FEWEST_LETTERS, min(MOST_LETTERS, -(-pending // self._workers())))

    def run(self, chunks: Iterable[Chunk], progress: Progress) -> Iterator[Processed]:
        """Hand chunks out, a bounded number and size at a time, and wait for the oldest."""
        flying: deque[tuple[Chunk, Future, int]] = deque()
        for chunk in chunks:
            flying.append(self._submit(self._with_data(chunk)))
            most = CHUNKS_A_WORKER * self._workers()
            while len(flying) >= most or sum(size for *_, size in flying) > BYTES_IN_FLIGHT:
                yield self._result(*flying.popleft(), progress)
        while flying:
            yield self._result(*flying.popleft(), progress)

    def _with_data(self, chunk: Chunk, unread: Iterable[str] = ()) -> Chunk:
        """Add the bytes of letters that workers cannot read, and of those that are read from a table together."""
        letters = chunk.letters_to_read.filter(~pl.col("uri").is_in([*chunk.data]))
        is_sent = PLACE.is_in(self._places_sent) | pl.col("uri").is_in([*unread]) | is_read_together(pl.col("uri"))
        return chunk._replace(data={**chunk.data, **read_ahead(letters.filter(is_sent))})

    def _submit(self, chunk: Chunk) -> "tuple[Chunk, Future, int]":
        # Bytes, so that the scheduler does not unpack the frames.
        task = pickle.dumps(_Task(chunk, versions(), *vocabulary.replaced_tables()))
        with self._one_sentence(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")
            return chunk, self._connected().submit(_work, task, retries=RETRIES, pure=False), len(task)

    def _result(self, chunk: Chunk, future: "Future", size: int, progress: Progress) -> Processed:  # noqa: ARG002
        """Wait for a chunk; where a worker could not read its letters, hand it out again with their bytes."""
        with self._one_sentence():
            self._wait(future)
            # Without a time limit: the result of a chunk may take a while to arrive.
            result: Processed | list[str] = future.result()
        if isinstance(result, list):
            again = self._with_data(chunk, result)
            # If this machine cannot read a letter either, the fault is not that workers cannot reach its place.
            readable = [uri for uri in result if isinstance(again.data[uri], bytes)]
            self._places_sent |= set(pl.DataFrame({"uri": readable}, {"uri": pl.String}).select(PLACE).to_series())
            return self._result(*self._submit(again), progress)
        progress(len(chunk.to_read))
        return result

    def _wait(self, future: "Future") -> None:
        """Wait for a task as long as there is any worker. Waits are short, so that Ctrl-C is heard."""
        is_done = threading.Event()
        future.add_done_callback(lambda _: is_done.set())
        seconds_alone = 0.0
        while not is_done.wait(SECONDS_A_WAIT):
            seconds_alone = 0.0 if self._connected().nthreads() else seconds_alone + SECONDS_A_WAIT
            if seconds_alone > SECONDS_WITHOUT_WORKERS:
                raise self._no_workers()

    def _workers(self) -> int:
        with self._one_sentence():
            return max(1, len(self._connected().nthreads()))

    def _connected(self) -> "Client":
        """Return the connection; at first wait for a worker, and compare all versions."""
        if self._client is None:
            from distributed import Client  # noqa: PLC0415  an extra, and slow to import

            # A fault is reported once, in a sentence.
            logging.getLogger("distributed").setLevel(logging.CRITICAL)
            self._client = Client(self._address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
            try:
                self._client.wait_for_workers(1, timeout=SECONDS_TO_A_WORKER)
            except TimeoutError as error:
                raise self._no_workers() from error
            self._refuse_other_versions(self._client)
        return self._client

    def _refuse_other_versions(self, client: "Client") -> None:
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            client.get_versions(check=True)
        try:
            of_workers = client.run(_worker_versions, *vocabulary.replaced_tables())
        except (ImportError, AttributeError) as error:
            raise _other_versions(f"A worker of {self._address}", str(error)) from error
        for address, theirs in of_workers.items():
            _refuse_other_versions(f"The worker {address}", versions(), theirs)
        if mismatch := [str(one.message) for one in found if "Mismatched versions" in str(one.message)]:
            raise _other_versions(f"The Dask cluster {self._address}", " ".join(mismatch[0].split()))

    def _no_workers(self) -> RunError:
        return RunError(f"The Dask cluster {self._address} has no workers: start some, then run again.")

    @contextlib.contextmanager
    def _one_sentence(self) -> Iterator[None]:
        """Turn an error of the cluster into a RunError of one sentence."""
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415

        try:
            yield
        except RunError:
            raise
        except Exception as error:
            cluster = f"Dask cluster {self._address}"
            if isinstance(error, KilledWorker):
                fault = f"Workers of the {cluster} died over the same letters: give workers more memory"
            elif self._client is None or self._client.status != "running" or isinstance(error, CancelledError):
                fault = f"The scheduler of the {cluster} cannot be reached: start it"
            else:
                reason = " ".join(f"{type(error).__name__}: {error}".split())
                fault = f"A worker of the {cluster} failed ({reason}): look at its log"
            raise RunError(f"{fault}, then run again. What was stored stays.") from error


def versions() -> dict[str, str]:
    """Return what the result of a chunk depends on, apart from the chunk itself."""
    return {
        "Python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "extractor": EXTRACTOR_VERSION,
        "parser": parser_version(),
        "tesseract": "installed" if is_recognition_installed() else "missing",
    }


def _other_versions(where: str, what: str) -> RunError:
    return RunError(f"{where} has other versions than this machine ({what}): install the same on all machines.")


def _refuse_other_versions(where: str, ours: dict[str, str], theirs: dict[str, str]) -> None:
    names = [name for name, value in ours.items() if theirs.get(name) != value]
    if names:
        raise _other_versions(where, "; ".join(f"{name} {theirs.get(name)}, here {ours[name]}" for name in names))


# --- in a worker -----------------------------------------------------------------------------------------------------

_READER = Pool(1)
_ONE_AT_A_TIME = threading.Lock()
"""The added words are those of the whole process, and the reader serves one caller."""


def _worker_versions(tables: dict[str, pl.DataFrame], fingerprint: str | None) -> dict[str, str]:
    with _ONE_AT_A_TIME:
        vocabulary.replace_tables(tables, fingerprint)
        return versions()


def _work(data: bytes) -> Processed | list[str]:
    """Process a chunk, or return the addresses of letters that are to be sent because they cannot be read here."""
    task: _Task = pickle.loads(data)  # noqa: S301  whoever reaches a worker runs code there anyhow
    with _ONE_AT_A_TIME:
        vocabulary.replace_tables(task.tables, task.fingerprint)
        # A worker may have joined after the start.
        _refuse_other_versions("A worker", task.versions, versions())
        letters, sent = task.chunk.letters_to_read, task.chunk.data
        here = letters.filter(~pl.col("uri").is_in([*sent]))
        # A store that does not answer is asked once, not for every letter.
        firsts = here.unique(PLACE, keep="first", maintain_order=True)
        if places := _unread(firsts, read_letters(firsts, _READER)[1]).select(PLACE).to_series().to_list():
            return here.filter(PLACE.is_in(places))["uri"].to_list()
        lines, reads = read_letters(letters, _READER, data=sent)
        return _unread(here, reads)["uri"].to_list() or process_lines(task.chunk, lines, reads)


def _unread(letters: pl.DataFrame, reads: pl.DataFrame) -> pl.DataFrame:
    return letters.join(reads.filter(pl.col("code").is_in(UNREAD)), on="sha256", how="semi", maintain_order="left")
