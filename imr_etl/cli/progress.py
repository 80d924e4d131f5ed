"""Progress of a run: a bar on a terminal, a line now and then elsewhere."""

import contextlib
import sys
import time
from collections.abc import Iterator

import click

from imr_etl import progress

SECONDS_BETWEEN_LINES = 10.0
"""Where there is no terminal, progress is a line so often."""


@contextlib.contextmanager
def shown_progress(total: int, *, shown: bool) -> Iterator[None]:
    """Progress by letters: a bar on a terminal, a line now and then elsewhere."""
    if not shown:
        yield
        return
    # Help and completion need none of it.
    from rich import progress as bars  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    # While Dagster works, `sys.stderr` is its own.
    console = Console(file=sys.stderr)
    columns = (
        bars.TextColumn("reading letters"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TaskProgressColumn(show_speed=True),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("letters", total=total)
        lines = _Lines(total, silent=console.is_terminal)

        def advance(letters: int) -> None:
            bar.advance(task, letters)
            lines.advance(letters)

        token = progress.listener.set(advance)
        try:
            yield
        finally:
            progress.listener.reset(token)


class _Lines:
    """Progress as lines of a log."""

    def __init__(self, total: int, *, silent: bool) -> None:
        self._total, self._silent = total, silent
        self._done, self._start = 0, time.monotonic()
        self._file = sys.stderr
        self._next = self._start + SECONDS_BETWEEN_LINES
        if not silent:
            click.echo(f"Loading {total:,} letters", file=self._file)

    def advance(self, letters: int) -> None:
        self._done += letters
        now = time.monotonic()
        if not self._silent and now >= self._next:
            self._next = now + SECONDS_BETWEEN_LINES
            rate = self._done / (now - self._start)
            left = (self._total - self._done) / rate
            shown = f"{rate:,.1f}" if rate < 10 else f"{rate:,.0f}"
            told = f"{self._done:,} of {self._total:,} letters read, {shown} a second, {left:,.0f} s left"
            click.echo(told, file=self._file)
