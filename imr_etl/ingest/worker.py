"""The program that a reading process runs: file addresses come in on a socket, lines go out.

Belongs here: one file at a time, within limits. Does not belong here: who watches the process
(`imr_etl.ingest.workers`). Started as `python -m imr_etl.ingest.worker <file descriptor of the socket>`.
"""

import gc
import hashlib
import os
import resource
import select
import sys
import threading
from multiprocessing.connection import Connection

from imr_etl.ingest import MAX_CHARACTERS
from imr_etl.ingest.content import read_content
from imr_etl.ingest.pages import LetterLines, UnreadableLetterError
from imr_etl.ingest.pdf import read_pdf
from imr_etl.ingest.text import read_text

MEMORY_LIMIT = 2 * 1024**3
"""Bytes of address space. pdfium aborts the process when it is at the limit."""

GARBAGE_THRESHOLD = 50_000
"""New objects after which Python looks for garbage."""

READERS = {"application/pdf": read_pdf, "text/plain": read_text}


def read_letter(path: str, sha256: str, media_type: str) -> LetterLines:
    """The lines of a file whose content is known by its hash; a letter without lines where it cannot be read."""
    try:
        return _read(path, sha256, media_type)
    except UnreadableLetterError as problem:
        return LetterLines.unreadable(problem)


def _read(path: str, sha256: str, media_type: str) -> LetterLines:
    try:
        data = read_content(path)
    except OSError as error:
        raise UnreadableLetterError("unreadable_file", f"The file could not be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UnreadableLetterError("file_changed", "The file is not the one that was listed")
    letter = READERS[media_type](data)
    characters = sum(map(len, letter.text))
    if characters > MAX_CHARACTERS:
        raise UnreadableLetterError(
            "too_large", f"The letter has {characters:,} characters; letters have up to {MAX_CHARACTERS:,}"
        )
    return letter


def end_with(channel: Connection) -> None:
    """End this process once the other side of its channel has ended, also in the middle of a letter."""
    other_side = select.poll()
    # No event is waited for but the hang-up, which is always told.
    other_side.register(channel.fileno(), 0)
    other_side.poll()
    os._exit(1)


def main() -> None:
    """Answer every (path, sha256, media type) with its LetterLines until the other side hangs up."""
    channel = Connection(int(sys.argv[1]))
    threading.Thread(target=end_with, args=[channel], daemon=True).start()
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
            for letter in channel.recv():
                channel.send(read_letter(*letter))
    except (EOFError, ConnectionResetError, BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    main()
