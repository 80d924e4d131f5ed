"""Reading processes: letters are shared out, each process is watched, a dead one costs one letter.

Belongs here: starting, feeding, watching, stopping. Does not belong here: what a process does with a file
(`imr_etl.ingest.worker`).

A PDF can kill or hang the library that reads it, so letters are read in processes of their own. They are not
`concurrent.futures` workers: there, one dead worker ends all of them, and no file has a time limit of its own.
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import NamedTuple

from imr_etl.ingest.drawing import DrawingRequest, NotDrawn, Sizes
from imr_etl.ingest.pages import LetterLines, UnreadableLetterError

BATCH = 32
"""Letters a process is given at once: enough that it never waits, few enough that the last ones end together."""

SECONDS_A_LETTER = 30.0
"""More than 1,000 times what a letter takes, so that a busy machine is not taken for a broken file. A process asks for
more before each page that is a picture."""

WAIT = 1_000
"""Milliseconds between checks whether a letter takes too long."""

KEPT_MEMORY = {"GLIBC_TUNABLES": f"glibc.malloc.top_pad={64 * 1024**2}:glibc.malloc.tcache_count=2000"}
"""Bytes that a process does not give back after each letter (glibc's settings), and how many pieces of each size it has
at hand: 200 page faults a letter are a tenth of its time, and looking for pieces takes as long."""


class LetterFile(NamedTuple):
    """A letter to read: its address, the hash of its content, what it is.

    `data` has its bytes where they were read before, or why they could not be.
    """

    uri: str
    sha256: str
    media_type: str
    data: bytes | OSError | None = None


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    channel: Connection
    batch: deque[LetterFile] = field(default_factory=deque)
    deadline: float = 0.0

    @classmethod
    def start(cls) -> "_Worker":
        """Start a process and wait until it is ready. Raises RuntimeError where it does not get ready."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-m", __package__ + ".worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=os.environ | KEPT_MEMORY,
                # Ctrl-C is meant for the run, which ends its processes itself.
                process_group=0,
            )
        worker = cls(process, Connection(ours.detach()))
        try:
            worker.channel.recv()
        except EOFError as error:
            worker.stop()
            raise RuntimeError("The process that reads letters does not start") from error
        except BaseException:
            worker.stop()
            raise
        return worker

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def give(self, letters: Iterable[LetterFile], seconds: float) -> None:
        self.batch = deque(letters)
        self.wait_for(seconds)
        # A process that dies now is found dead when its answer is waited for.
        with contextlib.suppress(OSError):
            self.channel.send(list(self.batch))

    def wait_for(self, seconds: float) -> None:
        """Give the process so many seconds from now on until it says something."""
        self.deadline = time.monotonic() + seconds

    def stop(self) -> None:
        """End the process, and any program that it has started to read a picture."""
        self.channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Pool:
    """Processes that read letters. Use as a context manager; it may serve several calls of `read`."""

    def __init__(self, workers: int = 2, seconds_a_letter: float = SECONDS_A_LETTER) -> None:
        """Take how many processes there are, and how long one letter may take."""
        self._size = workers
        self._seconds = seconds_a_letter
        self._workers: list[_Worker] = []

    def __enter__(self) -> "Pool":
        """Return the pool. Its processes start with the first letters."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every process, whatever it is doing."""
        for worker in self._workers:
            worker.stop()
        self._workers = []

    def read(self, letters: Iterable[LetterFile]) -> Iterator[tuple[LetterFile, LetterLines]]:
        """Yield each letter with its lines, in the order in which they are done.

        A letter whose process died twice or ran out of time comes back with code `reader_crashed` or
        `reader_timed_out`: one death may have another cause, such as a lack of memory.
        """
        waiting = deque(letters)
        crashed: set[str] = set()
        self._start(len(waiting))
        self._feed_idle(waiting)
        while busy := [worker for worker in self._workers if worker.batch]:
            ready = _with_answers(busy)
            for worker in busy:
                if worker.channel.fileno() in ready:
                    read = self._answer(worker, waiting, crashed)
                elif time.monotonic() > worker.deadline:
                    lost = self._replace(worker, waiting)
                    read = lost, _lost("reader_timed_out", f"Not read within {self._seconds:g} seconds")
                else:
                    read = None
                if read:
                    yield read
            self._feed_idle(waiting)

    def draw(self, request: DrawingRequest) -> bytes | Sizes | NotDrawn:
        """Have one process draw a page or measure pages. A process that dies or is late is replaced."""
        self._start(1)
        worker = self._workers[0]
        try:
            worker.channel.send(request)
            if worker.channel.poll(self._seconds):
                answer: bytes | Sizes | NotDrawn = worker.channel.recv()
                return answer
            reason = f"The page was not drawn within {self._seconds:g} seconds."
        except (EOFError, OSError):
            reason = "The program that draws pages died of this file."
        worker.stop()
        self._workers.remove(worker)
        return NotDrawn(reason)

    def _start(self, letters: int) -> None:
        """Start processes until there are as many as so many letters need, and replace dead ones."""
        self._workers = [worker if worker.is_alive else _Worker.start() for worker in self._workers]
        while len(self._workers) < min(self._size, -(-letters // BATCH)):
            self._workers.append(_Worker.start())

    def _feed_idle(self, waiting: deque[LetterFile]) -> None:
        for worker in self._workers:
            if not worker.batch and waiting:
                size = min(BATCH, -(-len(waiting) // len(self._workers)))
                worker.give([waiting.popleft() for _ in range(size)], self._seconds)

    def _answer(
        self, worker: _Worker, waiting: deque[LetterFile], crashed: set[str]
    ) -> tuple[LetterFile, LetterLines] | None:
        """Return the letter that a process read; none where it asks for time, or died and the letter is tried again."""
        try:
            answer: LetterLines | float = worker.channel.recv()
        except (EOFError, OSError):
            letter = self._replace(worker, waiting)
            if letter.uri in crashed:
                return letter, _lost("reader_crashed", "The reading process died of this file")
            crashed.add(letter.uri)
            waiting.appendleft(letter)
            return None
        if isinstance(answer, float):
            worker.wait_for(answer)
            return None
        worker.wait_for(self._seconds)
        return worker.batch.popleft(), answer

    def _replace(self, worker: _Worker, waiting: deque[LetterFile]) -> LetterFile:
        """Start another process for a lost one. The rest of its batch goes on; the letter it was at is returned."""
        worker.stop()
        letter = worker.batch.popleft()
        waiting.extendleft(reversed(worker.batch))
        self._workers[self._workers.index(worker)] = _Worker.start()
        return letter


def _with_answers(workers: list[_Worker]) -> set[int]:
    """Wait a moment for processes to say something. Returns the file descriptors of their channels.

    `multiprocessing.connection.wait` takes ten times as long, once a letter.
    """
    poll = select.poll()
    for worker in workers:
        poll.register(worker.channel.fileno(), select.POLLIN)
    return {channel for channel, _ in poll.poll(WAIT)}


def _lost(code: str, excerpt: str) -> LetterLines:
    return LetterLines.unreadable(UnreadableLetterError(code, excerpt))
