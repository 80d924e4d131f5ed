"""From pdfium's text of a page to printed lines: where each begins, and whether it is bold.

Belongs here: lines of pdfium's text pages. Does not belong here: which text of a page is read
(`imr_etl.ingest.pdf`, `imr_etl.ingest.visibility`).

pdfium counts UTF-16 units, of which a character beyond U+FFFF has two; `_units` converts places in a text.
"""

import ctypes
import re
from collections import deque
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise, repeat
from math import hypot, pi
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from imr_etl.ingest.pages import Line, folded

BOLD_WEIGHT = 600
LINE_BREAK = "\r\n"
HYPHENS = "\ufffe\x02"
"""What pdfium writes for a hyphen at a line's end; it leaves out the line break after it."""

HYPHENED_LINE = re.compile(f"[^{HYPHENS}]*[{HYPHENS}]|[^{HYPHENS}]+")
FOLDABLE = ("  ", "\t", "\v", "\f")
LARGEST_STEP_BACK = 20.0
"""Points that a line stands above the one before it in a table of two columns; more where a page is printed twice."""

SAME_PLACE = 2.0
"""Points between two copies of a line that is printed twice to look bold."""

SAME_HEIGHT = 1.0
"""Points between the heights of two parts of a line."""

WORD = re.compile(r"\S+")
QUARTER = pi / 2
SAMPLED = 3
"""Characters of a page that are sampled for the direction of its text."""

Matrix = tuple[float, float, float, float, float, float]
"""The transformation of a place in a PDF to its place on the page as shown, in the order of a PDF matrix."""


def _by_address(function: Any, *arguments: Any) -> Any:
    """Return a function of pdfium that takes plain addresses as pointers: checking types costs as much as the call."""
    return ctypes.CFUNCTYPE(ctypes.c_int, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


FONT_WEIGHT = _by_address(pdfium.FPDFText_GetFontWeight, ctypes.c_void_p, ctypes.c_int)
CHARACTER_ORIGIN = _by_address(
    pdfium.FPDFText_GetCharOrigin, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)


class Word(NamedTuple):
    """A word of a page: its place in the page's text, itself, the object that draws its end, and where it stands.

    `box` is its left, top, right and bottom edge in points from the top left of the page.
    """

    begin: int
    text: str
    handle: Any
    box: tuple[float, float, float, float]


class LoadedPage:
    """A page that pdfium has loaded with its text; a context manager that closes it.

    pdfium's own functions are called, because pypdfium2's objects would cost as much as the lines.
    """

    def __init__(self, document: Any, number: int) -> None:
        """Load a page by its number from 0. Raises LookupError where there is no such page."""
        self._place = document, number
        self.text_page: Any = None
        self.text = ""
        self._open()

    def _open(self) -> None:
        """Load the page and its text, turned so that most of the text stands upright.

        pdfium splits lines that run up or down a page into words.
        """
        document, number = self._place
        self.handle = pdfium.FPDF_LoadPage(document.raw, number)
        if not self.handle:
            raise LookupError(f"There is no page {number + 1}")
        self.reload()
        turn = self._turn_of_text()
        if turn != pdfium.FPDFPage_GetRotation(self.handle):
            pdfium.FPDFPage_SetRotation(self.handle, turn)
            self.reload()

    def __enter__(self) -> "LoadedPage":
        """Return the page, which is loaded already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the page and its text."""
        self._close()

    def _close(self) -> None:
        pdfium.FPDFText_ClosePage(self.text_page)
        pdfium.FPDF_ClosePage(self.handle)
        self.text_page = None

    def reopen(self) -> None:
        """Load the page again, after its objects were changed in a way that pdfium does not notice."""
        self._close()
        self._open()

    def reload(self, is_wanted: Callable[[str], bool] = lambda _: True) -> bool:
        """Load the text again, after objects of the page were changed, and keep it if it is wanted.

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

    def lines(self, *, by_height: bool = False) -> list[Line]:
        """Return the printed lines of the page's text, in the order in which the file draws them or from the top."""
        lines = _lines(self.text_page, self.text, _matrix(self.handle))
        return _from_the_top(lines) if by_height else lines

    def words(self) -> list[Word]:
        """Return the words of the text."""
        return [self._word(*word.span()) for word in WORD.finditer(self.text)]

    def _word(self, begin: int, end: int) -> Word:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        matrix = _matrix(self.handle)
        corners: list[tuple[float, float]] = []
        units = _units(self.text, list(range(begin, end)))
        for unit in units:
            pdfium.FPDFText_GetCharBox(self.text_page, unit, left, right, bottom, top)
            corners += [_on_page(matrix, left.value, top.value), _on_page(matrix, right.value, bottom.value)]
        across, down = zip(*corners, strict=True)
        box = min(across), min(down), max(across), max(down)
        return Word(begin, self.text[begin:end], pdfium.FPDFText_GetTextObject(self.text_page, units[-1]), box)

    def blank_out(self, word: Word) -> None:
        """Leave a word out of the page's lines."""
        end = word.begin + len(word.text)
        self.text = self.text[: word.begin] + " " * len(word.text) + self.text[end:]

    def _turn_of_text(self) -> int:
        """Return by how many quarters, clockwise, the page must be turned for most of its text to stand upright."""
        count = pdfium.FPDFText_CountChars(self.text_page)
        if count <= 0:
            return int(pdfium.FPDFPage_GetRotation(self.handle))
        angles = [pdfium.FPDFText_GetCharAngle(self.text_page, count * n // SAMPLED) for n in range(SAMPLED)]
        turns = [-round(angle / QUARTER) % 4 for angle in angles if angle >= 0]
        return max(turns, key=turns.count, default=0)


def _matrix(page: Any) -> Matrix:
    """Return the transformation to points from the top left of the page as it is cropped and turned."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    match pdfium.FPDFPage_GetRotation(page):
        case 1:
            return 0.0, 1.0, 1.0, 0.0, -box.bottom, -box.left
        case 2:
            return -1.0, 0.0, 0.0, 1.0, box.right, -box.bottom
        case 3:
            return 0.0, -1.0, -1.0, 0.0, box.top, box.right
        case _:
            return 1.0, 0.0, 0.0, -1.0, -box.left, box.top


def _on_page(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def alphanumeric_count(text: str) -> int:
    """Count the alphanumeric characters of a text."""
    return sum(map(str.isalnum, text))


def _text(text_page: Any) -> str:
    """Return the characters of a text page; invalid ones become U+FFFD."""
    count = pdfium.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    return bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")


def _lines(text_page: Any, text: str, matrix: Matrix) -> list[Line]:
    """Return the lines of a text page. pdfium is asked for all at once, which costs half as much as one by one."""
    texts: list[str] = []
    # Of each line, the places of its first character and of the last one that has its weight.
    begins: list[int] = []
    ends: list[int] = []
    # Checked once a page: searching a pattern in each line costs more than reading its weight.
    is_foldable = not text.isascii() or any(space in text for space in FOLDABLE)
    is_foldable |= not text.replace(LINE_BREAK, "").isprintable()
    for row, start in _rows(text):
        line = row.strip()
        if line:
            begin = start if row[0] == line[0] else start + len(row) - len(row.lstrip())
            # After the last colon comes a decision or a value, which has a weight of its own.
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
    to_x, to_y = range(address, address + size, 16), range(address + 8, address + 8 + size, 16)
    deque(map(CHARACTER_ORIGIN, repeat(handle), _units(text, begins), to_x, to_y), maxlen=0)
    # A line that begins and ends alike is taken to be so in between: each character costs as much as both.
    is_bold = [
        first if first == last else _is_mostly_bold(handle, text, begin, end)
        for first, last, begin, end in zip(
            _are_bold(handle, _units(text, begins)), _are_bold(handle, _units(text, ends)), begins, ends, strict=True
        )
    ]
    a, b, c, d, e, f = matrix
    across, down = places[::2], places[1::2]
    x0 = [round(a * x + c * y + e, 1) for x, y in zip(across, down, strict=True)]
    top = [round(b * x + d * y + f, 1) for x, y in zip(across, down, strict=True)]
    return _printed_once(list(zip(texts, is_bold, x0, top, strict=True)))


def _rows(text: str) -> Iterable[tuple[str, int]]:
    """Yield the printed lines of a text, each with its place; pdfium leaves out the line end after a hyphen."""
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
    """Return places in a text as pdfium counts them."""
    if text.isascii() or max(text) <= "\uffff":
        return places
    before = list(accumulate((character > "\uffff" for character in text), initial=0))
    return [place + before[place] for place in places]


def _is_mostly_bold(handle: int | None, text: str, begin: int, end: int) -> bool:
    places = [place for place in range(begin, end + 1) if not text[place].isspace()]
    return 2 * sum(_are_bold(handle, _units(text, places))) > len(places)


def _are_bold(handle: int | None, places: list[int]) -> list[bool]:
    """Check for each of some characters whether it is bold; fonts that are named but not embedded have no weight."""
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
    """Check whether the name of a font says that it is bold."""
    return "bold" in font.casefold() or "black" in font.casefold()


def _printed_once(lines: list[Line]) -> list[Line]:
    """Return lines without copies that are printed in the same place, whole or in part, to look bold.

    pdfium itself leaves out a copy that directly follows; but all bold lines of a page may be printed again at its end.
    """
    if not _steps_back(lines):
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


def _from_the_top(lines: list[Line]) -> list[Line]:
    """Return lines in the order of their height: one that stands far above another comes before it.

    Parts at the same height become one line, bold if its first part is.
    """
    if not _steps_back(lines):
        return lines
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line[3]):
        if rows and line[3] - rows[-1][0][3] < SAME_HEIGHT:
            rows[-1].append(line)
        else:
            rows.append([line])
    ordered = (sorted(row, key=lambda line: line[2] or 0.0) for row in rows)
    return [(" ".join(line[0] for line in row), *row[0][1:]) for row in ordered]


def _steps_back(lines: list[Line]) -> bool:
    tops = [line[3] for line in lines]
    return any(top > next_top + LARGEST_STEP_BACK for top, next_top in pairwise(tops))
