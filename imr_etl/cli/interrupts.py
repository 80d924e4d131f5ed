"""Requests to stop (Ctrl-C, SIGTERM) that arrive while Dagster holds the signal handlers.

Between the steps of a run Dagster takes note of a signal and forgets it when the run ends; Python's wakeup descriptor
hears every signal whoever handles it.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Interrupts:
    """Hears the signals that arrive from now on; `close` ends that."""

    def __init__(self) -> None:
        """Listen; only the main thread may."""
        self._heard, self._told = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._before = signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)

    def check(self) -> None:
        """Raise KeyboardInterrupt where one arrived since the last look."""
        try:
            heard = os.read(self._heard, 1024)
        except BlockingIOError:
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            if number in heard:
                raise KeyboardInterrupt(number)

    def close(self) -> None:
        """Hear no more."""
        signal.set_wakeup_fd(self._before)
        os.close(self._heard)
        os.close(self._told)


@contextmanager
def heard_interrupts() -> Iterator[Interrupts]:
    """Interrupts of a block of code."""
    interrupts = Interrupts()
    try:
        yield interrupts
    finally:
        interrupts.close()
