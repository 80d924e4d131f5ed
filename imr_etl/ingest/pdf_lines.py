"""A page's text as pdfium has it to printed lines: where each begins, and whether it is bold.

Belongs here: lines of pdfium's text pages. Does not belong here: which text of a page is read
(`imr_etl.ingest.pdf`, `imr_etl.ingest.visibility`).

pdfium counts UTF-16 units, of which a character beyond U+FFFF has two. Whatever counts characters below counts those.
"""

import ctypes
import re
from collections.abc import Callable
from itertools import pairwise
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
    x, y = ctypes.c_double(), ctypes.c_double()
    x_address, y_address = ctypes.addressof(x), ctypes.addressof(y)
    handle = ctypes.cast(text_page, ctypes.c_void_p).value
    lines: list[Line] = []
    start = 0
    # Looked for once a page, as plain text: a pattern searched in each line costs more than reading its weight.
    is_ascii = text.isascii()
    has_hyphens = any(hyphen in text for hyphen in HYPHENS)
    is_foldable = not is_ascii or any(space in text for space in FOLDABLE)
    has_pairs = not is_ascii and max(text) > "\uffff"
    for row in text.split(LINE_BREAK):
        for printed in HYPHENED_LINE.findall(row) if has_hyphens else (row,):
            line = printed.strip()
            if line and (is_foldable or not line.isprintable()):
                line = folded(line)
            units = _units(printed) if has_pairs else printed
            if line:
                if line[-1] in HYPHENS:
                    line = line[:-1] + "-"
                begin = start + len(units) - len(units.lstrip())
                CHARACTER_ORIGIN(handle, begin, x_address, y_address)
                is_bold = _is_bold(handle, units, start)
                lines.append((line, is_bold, round(x.value, 1), round(page_height - y.value, 1)))
            start += len(units)
        start += len(LINE_BREAK)
    return _printed_once(lines)


def _units(text: str) -> str:
    """A text with two characters for each of which UTF-16 has two units."""
    return "".join(2 * character if character > "\uffff" else character for character in text)


def _is_bold(handle: int | None, printed: str, start: int) -> bool:
    """Whether most characters of a line are bold, of a line with a colon those before its last one.

    What stands behind the colon is a decision or a value, which has a weight of its own.
    """
    before_colon = printed.rpartition(":")[0]
    words = before_colon if before_colon.strip() else printed
    first, last = len(words) - len(words.lstrip()), len(words.rstrip()) - 1
    is_bold = _is_bold_at(handle, start + first)
    # A line that begins and ends alike is taken to be so in between: each character costs as much as both.
    if first >= last or _is_bold_at(handle, start + last) == is_bold:
        return is_bold
    weights = [_is_bold_at(handle, start + n) for n, character in enumerate(words) if not character.isspace()]
    return 2 * sum(weights) > len(weights)


def _is_bold_at(handle: int | None, index: int) -> bool:
    weight: int = FONT_WEIGHT(handle, index)
    return weight >= BOLD_WEIGHT if weight > 0 else _is_bold_by_name(handle, index)


def _is_bold_by_name(handle: Any, index: int) -> bool:
    """Fonts that a PDF names without embedding them have no weight."""
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
    if all(top < next_top + LARGEST_STEP_BACK for (*_, top), (*_, next_top) in pairwise(lines)):
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
