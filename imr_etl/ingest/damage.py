"""Damage inside a PDF that its reader does not tell: part of the text is gone, and no error is raised.

Belongs here: the signs of it in what was read, which are looked for in every letter, and the proof in the file, which
costs a fifth of reading it and is looked for where there is a sign. Does not belong here: files that do not open
(`imr_etl.ingest.pdf`), what a letter should say (`imr_etl.parse.completeness`).

A sign alone is no damage: authors forget full stops, and other years have other layouts. Damage alone is no problem:
the logo alone is a third of a letter's bytes.
"""

import io
import zlib
from collections.abc import Iterator

from imr_etl.ingest.pages import LetterLines

SENTENCE_ENDS = (".", "?", "!", ")", "]", '"', "'", "\u201d", "\u2019")
LARGEST_GAP = 46.0
"""Points between the baselines of two lines. Real letters: 41 below their header, 28 between paragraphs."""

LARGEST_STEP_BACK = 15.0
"""Points by which a line may stand above the one before it, as in the header's second column."""

FULL_PAGE = 640.0
"""Points from a page's top to its last line, where another page follows. Real letters: 645 to 715 of 792."""

FULL_PAGE_IN_SENTENCE = 670.0
"""The same where the line ends no sentence: no block that is kept together follows."""

FIRST_LINE = 115.0
"""Points from the top of a page that is not the first to its first line. Real letters: 83 to 109."""

LONGEST_LINE = 115
"""Letters of a line. Real letters: up to 104."""

LEFT_EDGE = 30.0
"""Points from the left to a line. Real letters: 72."""

SPACED_COLONS = 3
"""Lines with a space before a colon, as glyphs without a width give them."""

SIGNS_TOLD = 3
LARGEST_PART = 64 * 1024 * 1024
CHUNK = 1024 * 1024
"""Bytes of a part that are looked at, and at a time."""

DEFLATED = ("/FlateDecode", ["/FlateDecode"])
"""Filters of parts that carry a checksum. Pictures have others."""


def told_damage(data: bytes, letter: LetterLines) -> str | None:
    """What is wrong with a PDF, where its lines have a sign of damage and its structure proves it."""
    seen = signs(letter)
    if not seen:
        return None
    found = faults(data)
    return f"{'; '.join(seen[:SIGNS_TOLD])}. {found}" if found else None


def signs(letter: LetterLines) -> list[str]:
    """What looks as if text were missing: pages that end too soon, gaps, lines off the page, no last sentence end."""
    text = letter.text
    found = list(_signs_of_pages(letter))
    if not text[-1].endswith(SENTENCE_ENDS):
        found.append("The last line ends no sentence")
    if len(set(letter.page)) < letter.page_count:
        found.append("A page has no text")
    if len(max(text, key=len)) > LONGEST_LINE or min(filter(None, letter.x0), default=LEFT_EDGE) < LEFT_EDGE:
        found.append("A line is longer than a page is wide")
    if sum(" :" in line for line in text) >= SPACED_COLONS:
        found.append("Letters stand at the wrong places")
    if letter.extractor != "pdfium":
        found.append("A page was in doubt")
    return found


def _signs_of_pages(letter: LetterLines) -> Iterator[str]:
    page, top, text = letter.page, letter.top, letter.text
    for here, there, y, next_y, line in zip(page, page[1:], top, top[1:], text, strict=False):
        if here != there:
            if y < (FULL_PAGE if line.endswith(SENTENCE_ENDS) else FULL_PAGE_IN_SENTENCE):
                yield f"Page {here} ends {y:.0f} points below its top"
            if next_y > FIRST_LINE:
                yield f"Page {there} begins {next_y:.0f} points below its top"
        elif not -LARGEST_STEP_BACK < next_y - y < LARGEST_GAP:
            yield f"Page {here} has a gap of {next_y - y:.0f} points"
        elif next_y == y and here > 1:
            yield f"Page {here} has two lines at the same height"


def faults(data: bytes) -> str | None:
    """What is wrong with a PDF's structure: parts that do not unpack, objects that are not where its table says.

    Every part is unpacked to its checksum, which readers do not look at.
    """
    import pikepdf  # noqa: PLC0415  loads in 0.06 s, and most runs never need it

    parts = broken = 0
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as document:
            for part in document.objects:
                if isinstance(part, pikepdf.Stream) and part.get("/Filter") in DEFLATED:
                    parts += 1
                    broken += not _unpacks(part.read_raw_bytes())
            is_mended = bool(document.get_warnings())
    except Exception:  # noqa: BLE001  pikepdf's errors are of many kinds, and another reader has read this file
        return "The file is damaged: it opens only where its errors are passed over"
    if broken:
        return f"The file is damaged: {broken} of its {parts} packed parts cannot be unpacked in full"
    return "The file is damaged: its objects are not where its table says" if is_mended else None


def _unpacks(packed: bytes) -> bool:
    """The bytes unpack to their end and their checksum holds; those of a bomb are not unpacked in full."""
    unpacker = zlib.decompressobj()
    size, rest = 0, packed
    try:
        while rest and size < LARGEST_PART:
            size += len(unpacker.decompress(rest, CHUNK))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof or size >= LARGEST_PART
