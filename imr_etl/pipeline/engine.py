"""Where chunks of letters are processed: by this machine, or by the workers of a Dask cluster.

Belongs here: handing chunks out and taking back what they became, in order. Does not belong here: what a chunk becomes
(`imr_etl.pipeline.process`), and what is stored (`imr_etl.pipeline.update`). Workers write nothing.

Inside a worker a watched process reads the files, as on one machine: a deadly file costs itself. The library
distributed is an extra, `imr-etl[cluster]`. It sends pickles: whoever reaches the scheduler runs code on all machines.
"""

import contextlib
import logging
import pickle
import platform
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple, Protocol

import polars as pl

from imr_etl import vocabulary
from imr_etl.errors import RunError
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.ingest.lines import is_read_together, read_ahead, read_letters
from imr_etl.ingest.recognition import is_recognition_installed
from imr_etl.ingest.workers import Pool
from imr_etl.parse import parser_version
from imr_etl.pipeline.process import Chunk, Processed, process_lines
from imr_etl.problems import UNREAD

if TYPE_CHECKING:
    from distributed import Client, Future

EMBEDDED = "embedded"
COMMUNICATION = {"dask": "tcp", "dask+tls": "tls"}
"""Of the address of an engine, and what Dask calls it."""

MOST_LETTERS, FEWEST_LETTERS = 2_000, 250
"""Of a chunk. More need much memory; a chunk costs most of a second, however few letters it has."""

TASKS_A_WORKER = 3
"""Tasks in flight for each worker: one at work, others that wait for it or for the driver."""

BYTES_IN_FLIGHT = 1024**3
"""Of the tasks in flight, which the scheduler holds in memory."""

RETRIES = 2
SECONDS_TO_CONNECT, SECONDS_TO_A_WORKER, SECONDS_WITHOUT_WORKERS, SECONDS_A_WAIT = 10, 30, 120, 5
PACKAGES = ("imr-etl", "distributed", "polars", "pypdfium2", "pikepdf", "pdfplumber")
PLACE = pl.col("uri").str.extract("^([^:]*://[^/]*)")
"""What workers can read or cannot: files of this machine, archives of it, a bucket."""

Progress = Callable[[int], None]


class Engine(Protocol):
    """Processes chunks of letters. Use as a context manager."""

    def __enter__(self) -> "Engine":
        """Nothing is started before the first chunk."""

    def __exit__(self, *_: object) -> None:
        """End what was started."""

    def letters_a_chunk(self, pending: int) -> int:
        """Return how many letters a chunk has at most, where so many are pending."""

    def run(self, chunks: Iterable[Chunk], progress: Progress) -> Iterator[Processed]:
        """Yield what each chunk became, in the order of the chunks; they are taken one by one, as there is room.

        `progress` is called with the number of letters read since the last call.
        """


def find_engine(name: str, workers: int) -> Engine:
    """Return the engine of a name: `embedded` with so many reading processes, or `dask://host:port`.

    Raises RunError for any other name, and where the library is missing.
    """
    if name == EMBEDDED:
        return Embedded(Pool(workers))
    scheme, _, host = name.partition("://")
    if scheme not in COMMUNICATION or not host.rpartition(":")[2].isdecimal():
        raise RunError(
            f"{name} is no engine: name {EMBEDDED}, or dask://HOST:8786 for the scheduler of a Dask cluster."
        )
    if find_spec("distributed") is None:
        raise RunError(f"{name} needs the library distributed: install it with pip install 'imr-etl[cluster]'.")
    return Dask(f"{COMMUNICATION[scheme]}://{host}")


class Embedded:
    """Files are read by a pool of processes of this machine; this process parses their lines."""

    def __init__(self, pool: Pool) -> None:
        """Take the processes that read files."""
        self._pool = pool

    def __enter__(self) -> "Embedded":
        """Processes start with the first letters."""
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
            yield process_lines(chunk, *read_letters(chunk.letters_to_read, self._pool, progress))


class _Task(NamedTuple):
    """A chunk for a worker, with what the result depends on: the driver's versions and added words."""

    chunk: Chunk
    versions: dict[str, str]
    tables: dict[str, pl.DataFrame]
    fingerprint: str | None


class Dask:
    """A chunk is a task of a Dask cluster. Workers read the letters where they are; what they cannot read travels."""

    def __init__(self, address: str) -> None:
        """Take the scheduler's address."""
        self._address = address
        self._client: Client | None = None
        self._places_not_shared: set[str | None] = set()

    def __enter__(self) -> "Dask":
        """Connect with the first chunk: most nightly runs have none."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster, which drops what is in flight."""
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.close(timeout=SECONDS_A_WAIT)

    def letters_a_chunk(self, pending: int) -> int:
        """Return a size with which every worker has two chunks, within bounds."""
        return max(FEWEST_LETTERS, min(MOST_LETTERS, -(-pending // (2 * self._workers()))))

    def run(self, chunks: Iterable[Chunk], progress: Progress) -> Iterator[Processed]:
        """Hand chunks out, a bounded number and size at a time, and wait for the oldest."""
        flying: deque[tuple[Chunk, Future, int]] = deque()
        for chunk in chunks:
            flying.append(self._submit(self._with_data(chunk)))
            most = TASKS_A_WORKER * self._workers()
            while len(flying) >= most or sum(size for *_, size in flying) > BYTES_IN_FLIGHT:
                yield self._result(*flying.popleft(), progress)
        while flying:
            yield self._result(*flying.popleft(), progress)

    def _with_data(self, chunk: Chunk, unread: Iterable[str] = ()) -> Chunk:
        """Add the bytes of letters that workers cannot read, and of those that are read from a table together."""
        is_not_shared = PLACE.is_in(self._places_not_shared) | pl.col("uri").is_in([*unread])
        is_sent = is_not_shared | is_read_together(pl.col("uri"))
        return chunk._replace(data=read_ahead(chunk.letters_to_read.filter(is_sent)))

    def _submit(self, chunk: Chunk) -> "tuple[Chunk, Future, int]":
        task = _Task(chunk, versions(), *vocabulary.replaced_tables())
        # Bytes, so that the scheduler does not unpack the frames.
        data = pickle.dumps(task)
        with self._one_sentence(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")
            return chunk, self._connected().submit(_work, data, retries=RETRIES, pure=False), len(data)

    def _result(self, chunk: Chunk, future: "Future", size: int, progress: Progress) -> Processed:  # noqa: ARG002
        """Wait for a chunk; where a worker could not read its letters, hand it out again with their bytes."""
        with self._one_sentence():
            result = self._wait(future)
        if isinstance(result, list):
            again = self._with_data(chunk, [*result, *chunk.data])
            # A letter that this machine cannot read either says nothing of its place.
            if isinstance(again.data[result[0]], bytes):
                self._places_not_shared |= set(pl.select(uri=pl.lit(result[0])).select(PLACE).to_series())
            return self._result(*self._submit(again), progress)
        progress(len(chunk.to_read))
        return result

    def _wait(self, future: "Future") -> Processed | list[str]:
        """Wait for a task as long as there is any worker. Waits are short, so that Ctrl-C is heard."""
        seconds_alone = 0
        while seconds_alone <= SECONDS_WITHOUT_WORKERS:
            try:
                result: Processed | list[str] = future.result(timeout=SECONDS_A_WAIT)
            except TimeoutError:
                if future.done():
                    raise
                seconds_alone = 0 if self._connected().nthreads() else seconds_alone + SECONDS_A_WAIT
            else:
                return result
        raise self._no_workers()

    def _no_workers(self) -> RunError:
        return RunError(f"The Dask cluster {self._address} has no workers: start some, then run again.")

    def _workers(self) -> int:
        with self._one_sentence():
            return max(1, len(self._connected().nthreads()))

    def _connected(self) -> "Client":
        """Return the connection; at first wait for a worker, and compare all versions."""
        if self._client is None:
            from distributed import Client  # noqa: PLC0415  an extra, and slow to import

            # What goes wrong is said once, in a sentence.
            logging.getLogger("distributed").setLevel(logging.CRITICAL)
            self._client = Client(self._address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
            try:
                self._client.wait_for_workers(1, timeout=SECONDS_TO_A_WORKER)
            except TimeoutError as error:
                raise self._no_workers() from error
            with warnings.catch_warnings(record=True) as found:
                warnings.simplefilter("always")
                self._client.get_versions(check=True)
            if mismatch := [str(one.message) for one in found if "Mismatched versions" in str(one.message)]:
                raise _other_versions(self._address, " ".join(mismatch[0].split()))
            for address, others in self._client.run(_worker_versions, *vocabulary.replaced_tables()).items():
                _refuse_other_versions(address, versions(), others)
        return self._client

    @contextlib.contextmanager
    def _one_sentence(self) -> Iterator[None]:
        """Say in a sentence why the cluster does not go on. What was stored stays, and the next run goes on."""
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415

        try:
            yield
        except RunError:
            raise
        except KilledWorker as error:
            raise RunError(
                f"Several workers of the Dask cluster {self._address} died over the same letters: give workers more"
                " memory, then run again. What was stored stays."
            ) from error
        except (ModuleNotFoundError, AttributeError) as error:
            raise _other_versions(self._address, str(error)) from error
        except (CancelledError, OSError) as error:
            is_lost = self._client is None or self._client.status != "running" or not isinstance(error, OSError)
            what = "cannot be reached" if is_lost else f"failed ({error})"
            raise RunError(
                f"The Dask scheduler {self._address} {what}: start it, then run again. What was stored stays."
            ) from error
        except Exception as error:
            raise RunError(
                f"A worker of the Dask cluster {self._address} failed ({type(error).__name__}:"
                f" {' '.join(str(error).split())}). What was stored stays; the next run goes on."
            ) from error


def versions() -> dict[str, str]:
    """Return what the result of a chunk depends on beside the chunk."""
    return {
        "Python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "extractor": EXTRACTOR_VERSION,
        "parser": parser_version(),
        "tesseract": "installed" if is_recognition_installed() else "missing",
    }


def _other_versions(where: str, what: str) -> RunError:
    return RunError(f"{where} has other versions than this machine ({what}): install the same imr-etl on all machines.")


def _refuse_other_versions(where: str, ours: dict[str, str], theirs: dict[str, str]) -> None:
    names = [name for name, value in ours.items() if theirs.get(name) != value]
    different = [f"{name} {theirs.get(name)}, here {ours[name]}" for name in names]
    if different:
        raise _other_versions(where, "; ".join(different))


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
        unread = _unread(here, reads)["uri"].to_list()
        return unread or process_lines(task.chunk, lines, reads)


def _unread(letters: pl.DataFrame, reads: pl.DataFrame) -> pl.DataFrame:
    return letters.join(reads.filter(pl.col("code").is_in(UNREAD)), on="sha256", how="semi", maintain_order="left")
