"""Damage to a PDF that its reader does not report: part of the text is gone, and no error is raised.

Belongs here: signs of damage in the lines and at the file's end, looked for in every letter; and proof in the file's
structure, looked for only where there is a sign or no encryption, because that costs a fifth of reading the file. Does
not belong here: files that do not open (`imr_etl.ingest.pdf`), what a letter should say (`imr_etl.parse.completeness`).

A sign alone is no damage: authors forget periods, and other years have other layouts. Damage alone is no problem
where nobody could have changed the file: the logo alone is a third of a letter's bytes.
"""

import io
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from operator import sub

from imr_etl.ingest.pages import LetterLines

SENTENCE_ENDS = (".", "?", "!", ")", "]", '"', "'", "\u201d", "\u2019")
LARGEST_GAP = 46.0
"""Points between the baselines of two lines. Real letters: 41 below their header, 28 between paragraphs."""

LARGEST_STEP_BACK = 15.0
"""Points by which a line may stand above the one before it, as in the header's second column."""

FULL_PAGE = 640.0
"""Points from a page's top to its last line, where another page follows. Real letters: 645 to 715 of 792."""

FULL_PAGE_IN_SENTENCE = 670.0
"""The same where the line ends no sentence: then the next paragraph is not what left the page early."""

FIRST_LINE = 115.0
"""Points from the top of a page that is not the first to its first line. Real letters: 83 to 109."""

LONGEST_LINE = 115
"""Characters of a line. Real letters: up to 104."""

LEFT_EDGE = 30.0
"""Points from the left to a line. Real letters: 72."""

SPACED_COLONS = 3
"""Lines with a space before a colon, as glyphs without a width give them."""

SIGNS_NAMED = 3
LARGEST_PART = 64 * 1024 * 1024
CHUNK = 1024 * 1024
"""The most bytes of a part that are unpacked, and how many at a time."""

END_MARK, OBJECT_MARK = b"%%EOF", b" obj"

DEFLATED = ("/FlateDecode", ["/FlateDecode"])
"""Filters of parts that carry a checksum. Pictures have others."""


def damage(data: bytes, letter: LetterLines, *, is_protected: bool) -> str | None:
    """Return what is wrong with a PDF's structure, where something in it or its lines gives reason to look.

    A file that the state encrypted is examined where there is a sign of damage. In any other one parts that do not
    unpack, pages that its count leaves out and a cut end are damage without a sign, too.
    """
    found = signs(letter)
    end = data.rfind(END_MARK)
    if end < 0 or OBJECT_MARK in data[end:]:
        found.append("The file does not end with its end mark")
    if not found:
        return None if is_protected else faults(data, letter.page_count, is_strict=False)
    proof = faults(data, letter.page_count)
    return f"{'; '.join(found[:SIGNS_NAMED])}. {proof}" if proof else None


def _ends_in_a_revision(data: bytes) -> bool:
    """Check whether a change was appended to a file and its end is cut off."""
    end = data.rfind(END_MARK)
    return end >= 0 and OBJECT_MARK in data[end:]


def signs(letter: LetterLines) -> list[str]:
    """Return signs of missing text: pages that end too soon, gaps, lines off the page, no end of the last sentence."""
    text = letter.text
    found = list(_signs_of_pages(letter))
    if not text[-1].endswith(SENTENCE_ENDS):
        found.append("The last line ends no sentence")
    if len(set(letter.page)) < letter.page_count:
        found.append("A page has no text")
    if max(map(len, text)) > LONGEST_LINE or min(filter(None, letter.x0), default=LEFT_EDGE) < LEFT_EDGE:
        found.append("A line is longer than a page is wide")
    if sum(" :" in line for line in text) >= SPACED_COLONS:
        found.append("Characters are in the wrong places")
    if letter.extractor != "pdfium":
        found.append("A page was in doubt")
    return found


def _signs_of_pages(letter: LetterLines) -> Iterator[str]:
    page, top, text = letter.page, letter.top, letter.text
    begin = 0
    while begin < len(page):
        here, end = page[begin], bisect_right(page, page[begin])
        gaps = list(map(sub, top[begin + 1 : end], top[begin:end]))
        if gaps and not -LARGEST_STEP_BACK < min(gaps) <= max(gaps) < LARGEST_GAP:
            yield from (
                f"Page {here} has a gap of {gap:.0f} points"
                for gap in gaps
                if not -LARGEST_STEP_BACK < gap < LARGEST_GAP
            )
        if here > 1 and 0.0 in gaps:
            yield f"Page {here} has two lines at the same height"
        if end < len(page):
            last = text[end - 1]
            if top[end - 1] < (FULL_PAGE if last.endswith(SENTENCE_ENDS) else FULL_PAGE_IN_SENTENCE):
                yield f"Page {here} ends {top[end - 1]:.0f} points below its top"
            if top[end] > FIRST_LINE:
                yield f"Page {page[end]} begins {top[end]:.0f} points below its top"
        begin = end


def faults(data: bytes, page_count: int | None = None, *, is_strict: bool = True) -> str | None:
    """Return what is wrong with a PDF's structure: parts that do not unpack, pages that are not among those counted.

    Every part is unpacked and its checksum verified, which readers of PDFs do not do. Strictly, objects that are not
    where the file's table says are a fault, too.
    """
    import pikepdf  # noqa: PLC0415  loads in 0.06 s, and most runs never need it

    parts = broken = pages = 0
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as document:
            for part in document.objects:
                if isinstance(part, pikepdf.Stream) and part.get("/Filter") in DEFLATED:
                    parts += 1
                    broken += not _unpacks(part.read_raw_bytes())
                elif isinstance(part, pikepdf.Dictionary):
                    pages += part.get("/Type") == "/Page"
            is_repaired = bool(document.get_warnings())
    except Exception:  # noqa: BLE001  pikepdf's errors are of many kinds, and another reader has read this file
        return "The file is damaged: it opens only where its errors are passed over" if is_strict else None
    if broken:
        return f"The file is damaged: {broken} of its {parts} packed parts cannot be unpacked in full"
    if page_count is not None and pages > page_count:
        return f"The file is damaged: it counts {page_count} of its {pages} pages"
    if _ends_in_a_revision(data):
        return "The file is damaged: it was changed, and the end of what was changed is cut off"
    return "The file is damaged: its objects are not where its table says" if is_repaired and is_strict else None


def _unpacks(packed: bytes) -> bool:
    """Check whether bytes unpack to their end with the right checksum; those of a bomb are not unpacked in full."""
    unpacker = zlib.decompressobj()
    size, rest = 0, packed
    try:
        while rest and size < LARGEST_PART:
            size += len(unpacker.decompress(rest, CHUNK))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof or size >= LARGEST_PART
