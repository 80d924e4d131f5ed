"""Who wants to know how many letters are done while a stage is at work.

Belongs here: the one line between a stage and whoever shows progress. Does not belong here: how it is shown
(`imr_etl.cli`).
"""

from collections.abc import Callable
from contextvars import ContextVar

Listener = Callable[[int], None]

listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
"""Called with the number of letters done since the last call."""


def advance(letters: int) -> None:
    """Tell the listener, if there is one."""
    if listen := listener.get():
        listen(letters)
