"""A page's text as pdfium has it to printed lines: where each begins, and whether it is bold.

Belongs here: lines of pdfium's text pages. Does not belong here: which text of a page is read
(`imr_etl.ingest.pdf`, `imr_etl.ingest.visibility`).

pdfium counts UTF-16 units, of which a character beyond U+FFFF has two. Whatever counts characters below counts those.
"""

import ctypes
import re
from collections import deque
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise, repeat
from math import hypot
from typing import Any

import pypdfium2.raw as pdfium

from imr_etl.ingest.pages import Line, folded

BOLD_WEIGHT = 600
LINE_BREAK = "\r\n"
HYPHENS = "\ufffe\x02"
"""What pdfium writes for a hyphen at a line's end, swallowing the line break behind it."""

HYPHENED_LINE = re.compile(f"[^{HYPHENS}]*[{HYPHENS}]|[^{HYPHENS}]+")
FOLDABLE = ("  ", "\t", "\v", "\f")
LARGEST_STEP_BACK = 20.0
"""Points that a line stands above the one before it in a table of two columns; more where a page is printed twice."""

SAME_PLACE = 2.0
"""Points between two copies of a line that is printed twice to look bold."""


def _by_address(function: Any, *arguments: Any) -> Any:
    """A function of pdfium that takes addresses for pointers: checking their types costs as much as the call."""
    return ctypes.CFUNCTYPE(ctypes.c_int, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


FONT_WEIGHT = _by_address(pdfium.FPDFText_GetFontWeight, ctypes.c_void_p, ctypes.c_int)
CHARACTER_ORIGIN = _by_address(
    pdfium.FPDFText_GetCharOrigin, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)


class LoadedPage:
    """A page that pdfium has loaded with its text; a context manager that closes it.

    pdfium's own functions are called, because pypdfium2's objects would cost as much as the lines.
    """

    def __init__(self, handle: Any) -> None:
        """Load the text of a page."""
        self.handle = handle
        self.text_page: Any = None
        self.text = ""
        self.reload()

    @classmethod
    def of(cls, document: Any, number: int) -> "LoadedPage | None":
        """Load a page by its number from 0; None where there is no such page."""
        handle = pdfium.FPDF_LoadPage(document.raw, number)
        return cls(handle) if handle else None

    def __enter__(self) -> "LoadedPage":
        """The page is loaded already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the page and its text."""
        pdfium.FPDFText_ClosePage(self.text_page)
        pdfium.FPDF_ClosePage(self.handle)

    def reload(self, is_wanted: Callable[[str], bool] = lambda _: True) -> bool:
        """Load the text again, after objects of the page were changed, and keep it where it is wanted.

        Returns whether it was kept.
        """
        text_page = pdfium.FPDFText_LoadPage(self.handle)
        text = _text(text_page)
        if not is_wanted(text):
            pdfium.FPDFText_ClosePage(text_page)
            return False
        if self.text_page:
            pdfium.FPDFText_ClosePage(self.text_page)
        self.text_page, self.text = text_page, text
        return True

    def lines(self) -> list[Line]:
        """Return the printed lines of the page's text."""
        return _lines(self.text_page, self.text, pdfium.FPDF_GetPageHeightF(self.handle))


def characters(text: str) -> int:
    """Count the letters and digits of a text."""
    return sum(map(str.isalnum, text))


def _text(text_page: Any) -> str:
    """The characters of a text page. Those that are none are U+FFFD."""
    count = pdfium.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    return bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")


def _lines(text_page: Any, text: str, page_height: float) -> list[Line]:
    """The lines of a text page. pdfium is asked for all of them at once, which costs half as much as one by one."""
    texts: list[str] = []
    # Of each line, the places of its first character and of the last one that has its weight.
    begins: list[int] = []
    ends: list[int] = []
    # Looked for once a page: a pattern searched in each line costs more than reading its weight.
    is_foldable = not text.isascii() or any(space in text for space in FOLDABLE)
    is_foldable |= not text.replace(LINE_BREAK, "").isprintable()
    for row, start in _rows(text):
        line = row.strip()
        if line:
            begin = start if row[0] == line[0] else start + len(row) - len(row.lstrip())
            # What stands behind the last colon is a decision or a value, which has a weight of its own.
            colon = line.rfind(":", 1)
            end = begin + (len(line) if colon < 0 else len(line[:colon].rstrip())) - 1
            if is_foldable:
                line = folded(line)
            if line:
                texts.append(line[:-1] + "-" if line[-1] in HYPHENS else line)
                begins.append(begin)
                ends.append(end)
    handle = ctypes.cast(text_page, ctypes.c_void_p).value
    places = (ctypes.c_double * (2 * len(texts)))()
    address, size = ctypes.addressof(places), ctypes.sizeof(places)
    across, down = range(address, address + size, 16), range(address + 8, address + 8 + size, 16)
    deque(map(CHARACTER_ORIGIN, repeat(handle), _units(text, begins), across, down), maxlen=0)
    # A line that begins and ends alike is taken to be so in between: each character costs as much as both.
    is_bold = [
        first if first == last else _is_mostly_bold(handle, text, begin, end)
        for first, last, begin, end in zip(
            _are_bold(handle, _units(text, begins)), _are_bold(handle, _units(text, ends)), begins, ends, strict=True
        )
    ]
    x0 = map(round, places[::2], repeat(1))
    top = [round(page_height - y, 1) for y in places[1::2]]
    return _printed_once(list(zip(texts, is_bold, x0, top, strict=True)))


def _rows(text: str) -> Iterable[tuple[str, int]]:
    """The printed lines of a text with the place of each in it; pdfium leaves out a line's end behind a hyphen."""
    rows = text.split(LINE_BREAK)
    if not any(hyphen in text for hyphen in HYPHENS):
        ends = accumulate(map(len, rows), lambda place, length: place + length + len(LINE_BREAK), initial=0)
        return zip(rows, ends, strict=False)
    parts: list[tuple[str, int]] = []
    place = 0
    for row in rows:
        for part in HYPHENED_LINE.findall(row):
            parts.append((part, place))
            place += len(part)
        place += len(LINE_BREAK)
    return parts


def _units(text: str, places: list[int]) -> list[int]:
    """Places in a text as pdfium counts them."""
    if text.isascii() or max(text) <= "\uffff":
        return places
    before = list(accumulate((character > "\uffff" for character in text), initial=0))
    return [place + before[place] for place in places]


def _is_mostly_bold(handle: int | None, text: str, begin: int, end: int) -> bool:
    places = [place for place in range(begin, end + 1) if not text[place].isspace()]
    return 2 * sum(_are_bold(handle, _units(text, places))) > len(places)


def _are_bold(handle: int | None, places: list[int]) -> list[bool]:
    """Whether each of some characters is bold; fonts that a PDF names without embedding them have no weight."""
    weights = list(map(FONT_WEIGHT, repeat(handle), places))
    if min(weights, default=1) > 0:
        return [weight >= BOLD_WEIGHT for weight in weights]
    return [
        weight >= BOLD_WEIGHT if weight > 0 else _is_bold_by_name(handle, place)
        for weight, place in zip(weights, places, strict=True)
    ]


def _is_bold_by_name(handle: Any, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(ctypes.cast(handle, pdfium.FPDF_TEXTPAGE), index, name, len(name), ctypes.c_int())
    return names_bold(name.value.decode("utf-8", "replace"))


def names_bold(font: str) -> bool:
    """The name of a font says that it is bold."""
    return "bold" in font.casefold() or "black" in font.casefold()


def _printed_once(lines: list[Line]) -> list[Line]:
    """Lines but those that are printed again at the place of another one, or of its beginning, to look bold.

    pdfium leaves out a text that follows its like; a whole page's bold lines may be printed again at its end.
    """
    tops = [line[3] for line in lines]
    if not any(top > next_top + LARGEST_STEP_BACK for top, next_top in pairwise(tops)):
        return lines
    kept: list[Line] = []
    for line in lines:
        text, _, x0, top = line
        if not any(
            earlier.startswith(text) and hypot((x0 or 0.0) - (earlier_x0 or 0.0), top - earlier_top) < SAME_PLACE
            for earlier, _, earlier_x0, earlier_top in kept
        ):
            kept.append(line)
    return kept
