"""Progress of what takes long: a bar on a terminal, a line now and then elsewhere."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import click

from imr_etl.terminal import counted

SECONDS_BETWEEN_LINES = 10.0
"""Between two lines of progress, where there is no terminal."""


@dataclass
class NowAndThen:
    """Clock of the printed lines: when the work began, and when the last line was printed."""

    start: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def is_due(self) -> bool:
        """Check whether the last line was printed long enough ago; if so, count the next one from now."""
        now = time.monotonic()
        if now < self.last + SECONDS_BETWEEN_LINES:
            return False
        self.last = now
        return True


@contextlib.contextmanager
def shown_progress(total: int, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """Show progress by letters: a bar on a terminal, a line now and then elsewhere.

    Yields a function that is called with the number of letters done since the last call.
    """
    if not shown:
        yield lambda _: None
        return
    # Help and completion need none of it.
    from rich import progress as bars  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

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

        yield advance


class _Lines:
    """Progress as lines of a log."""

    def __init__(self, total: int, *, silent: bool) -> None:
        self._total, self._silent = total, silent
        self._done, self._clock = 0, NowAndThen()
        self._file = sys.stderr
        if not silent:
            click.echo(f"Loading {counted(total, 'letter')}", file=self._file)

    def advance(self, letters: int) -> None:
        self._done += letters
        if not self._silent and self._clock.is_due():
            rate = self._done / (time.monotonic() - self._clock.start)
            left = (self._total - self._done) / rate
            shown = f"{rate:,.1f}" if rate < 10 else f"{rate:,.0f}"
            line = f"{self._done:,} of {self._total:,} letters read, {shown} a second, {left:,.0f} s left"
            click.echo(line, file=self._file)
