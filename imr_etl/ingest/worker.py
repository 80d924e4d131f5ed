"""The program that a reading process runs: addresses of letters come in on a socket, lines go out.

Belongs here: one file at a time, within limits. Does not belong here: who watches the process
(`imr_etl.ingest.workers`). Started as `python -m imr_etl.ingest.worker <file descriptor of the socket>`.
"""

import contextlib
import gc
import hashlib
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from imr_etl.ingest import MAX_CHARACTERS
from imr_etl.ingest.drawing import DrawingRequest, draw
from imr_etl.ingest.pages import LetterLines, UnreadableLetterError
from imr_etl.ingest.pdf import read_pdf
from imr_etl.ingest.text import read_text
from imr_etl.sources import read

MEMORY_LIMIT = 2 * 1024**3
"""Bytes of address space. pdfium aborts the process when it is at the limit."""

GARBAGE_THRESHOLD = 50_000
"""New objects after which Python looks for garbage."""


def read_letter(
    uri: str,
    sha256: str,
    media_type: str,
    data: bytes | OSError | None = None,
    ask: Callable[[float], None] = lambda _: None,
) -> LetterLines:
    """Read the lines of a letter whose content is known by its hash; a letter without lines where it cannot be read.

    `data` has the bytes where they were read before, or why they could not be. `ask` is called with the seconds that a
    page may take, before each one that takes more than a moment.
    """
    try:
        return _read(uri, sha256, media_type, data, ask)
    except UnreadableLetterError as problem:
        return LetterLines.unreadable(problem)


def _read(
    uri: str, sha256: str, media_type: str, data: bytes | OSError | None, ask: Callable[[float], None]
) -> LetterLines:
    try:
        if isinstance(data, OSError):
            raise data
        data = read(uri) if data is None else data
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableLetterError("unreadable_file", f"The file could not be read: {reason}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UnreadableLetterError("file_changed", "The file is not the one that was listed")
    letter = read_pdf(data, ask) if media_type == "application/pdf" else read_text(data)
    characters = sum(map(len, letter.text))
    if characters > MAX_CHARACTERS:
        raise UnreadableLetterError(
            "too_large", f"The letter has {characters:,} characters; letters have up to {MAX_CHARACTERS:,}"
        )
    return letter


def end_with(channel: Connection) -> None:
    """End this process once the other side of its channel has ended, also in the middle of a letter."""
    other_side = select.poll()
    # Waits for no event but the hang-up, which poll always reports.
    other_side.register(channel.fileno(), 0)
    other_side.poll()
    # The group includes a program that reads a picture for this process.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def main() -> None:
    """Answer every LetterFile with its LetterLines until the other side hangs up.

    A number in between is the seconds that the next answer may take. A DrawingRequest is answered with what it asks
    for.
    """
    channel = Connection(int(sys.argv[1]))
    threading.Thread(target=end_with, args=[channel], daemon=True).start()
    # macOS refuses a limit of the address space; the time limit of each letter holds there too.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Lines hold no cycles, and the objects that the imports left are many: going through them costs 4 % of the time.
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        channel.send("ready")
        while True:
            asked = channel.recv()
            if isinstance(asked, DrawingRequest):
                channel.send(draw(asked))
                continue
            for uri, sha256, media_type, data in asked:
                channel.send(read_letter(uri, sha256, media_type, data, channel.send))
    except (EOFError, ConnectionResetError, BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    main()
