"""Requests to stop: Ctrl-C, and SIGTERM of a machine that shuts down, of systemd or of a time-out.

Belongs here: how a request is heard from a program's first moment, and how the program then ends. Does not belong here:
what a run leaves behind (`imr_etl.pipeline.update`). Imports only what Python has at hand when it starts.
"""

import os
import signal
import sys
from typing import NoReturn

SENTENCE = "Stopped; what was loaded stays. Run again to go on."


def listen() -> None:
    """Make both signals raise KeyboardInterrupt with the number of the signal."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _asked)
    sys.unraisablehook = _unless_asked


def end(error: BaseException) -> NoReturn:
    """Say that the program was stopped, and end it with 128 and the signal's number, as shells do.

    `error` is a KeyboardInterrupt, or was raised from one. Nothing is cleaned up: threads of libraries that are still
    at work would delay the end, or print messages about it.
    """
    cause = error if isinstance(error, KeyboardInterrupt) else error.__cause__
    number = cause.args[0] if cause and cause.args else signal.SIGINT
    for number_ in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number_, signal.SIG_IGN)
    try:
        sys.stdout.flush()
        sys.stderr.write(f"{SENTENCE}\n")
        sys.stderr.flush()
    finally:
        os._exit(128 + number)


def end_if_asked(error: Exception) -> None:
    """End the program if a request to stop caused the error, as it does while DuckDB answers a query."""
    if isinstance(error.__cause__, KeyboardInterrupt):
        end(error)


def _asked(number: int, _: object) -> NoReturn:
    raise KeyboardInterrupt(number)


def _unless_asked(fault: "sys.UnraisableHookArgs") -> None:
    """Report an error that Python cannot raise, unless it is a request to stop while Python ends."""
    if not issubclass(fault.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(fault)
