"""A PDF's bytes to printed lines.

Belongs here: which program reads a page, and how its output becomes lines. Does not belong here: what a line means,
and what guards the run against a file that kills its reader (`imr_etl.ingest.workers`).

pdfium reads every page; a page where its text is in doubt is read again by pdfplumber, which costs 34 times as much.
"""

import ctypes
import io
import re
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from imr_etl.ingest import MAX_PAGES
from imr_etl.ingest.damage import told_damage
from imr_etl.ingest.pages import LetterLines, UnreadableLetterError, folded

BOLD_WEIGHT = 600
LINE_BREAK = "\r\n"
HYPHENS = "\ufffe\x02"
"""What pdfium writes for a hyphen at a line's end, swallowing the line break behind it."""

HYPHENED_LINE = re.compile(f"[^{HYPHENS}]*[{HYPHENS}]|[^{HYPHENS}]+")
FOLDABLE = ("  ", "\t", "\v", "\f")
DOUBTFUL_GLYPHS = re.compile("[\ue000-\uf8ff\ufffd]")
HEADER_TABLE = re.compile(r"Case\s+Number:")
HEADER_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}")
HEADER_DATES = 5
LONGEST_DOUBTFUL = 20_000
"""Characters of a page that pdfplumber is asked to read. Real pages have up to 5,000; it takes 30 s for 500,000."""

Line = tuple[str, bool | None, float | None, float]


def _by_address(function: Any, *arguments: Any) -> Any:
    """A function of pdfium that takes addresses for pointers: checking their types costs as much as the call."""
    return ctypes.CFUNCTYPE(ctypes.c_int, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


FONT_WEIGHT = _by_address(pdfium.FPDFText_GetFontWeight, ctypes.c_void_p, ctypes.c_int)
CHARACTER_ORIGIN = _by_address(
    pdfium.FPDFText_GetCharOrigin, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)


def read_pdf(data: bytes) -> LetterLines:
    """The printed lines of a PDF; with a code of its own where damage to the file left part of them out.

    Raises UnreadableLetterError where there is no PDF, no way to open it or nothing to read in it.
    """
    if not data:
        raise UnreadableLetterError("empty_file", "The file has no bytes")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableLetterError("not_a_pdf", f"The file begins with {data[:40]!r}")
    letter = LetterLines(extractor="pdfium")
    document = _open(data)
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableLetterError(
                "too_many_pages", f"The file has {len(document):,} pages; letters have up to {MAX_PAGES}"
            )
        unread = [number + 1 for number in range(len(document)) if not _read_page(document, number, data, letter)]
    except pypdfium2.PdfiumError as error:
        raise UnreadableLetterError("damaged_pdf", f"Page {letter.page_count + 1} cannot be read: {error}") from error
    finally:
        document.close()
    if unread:
        told = f"Of {letter.page_count} pages these cannot be read: {', '.join(map(str, unread))}"
        if not letter.text:
            raise UnreadableLetterError("damaged_pdf", told)
        letter.code, letter.excerpt = "unreadable_page", told
    elif not letter.text:
        raise UnreadableLetterError("no_text", f"None of the {letter.page_count} pages has text")
    elif damage := told_damage(data, letter):
        letter.code, letter.excerpt = "incomplete_letter", damage
    return letter


def _open(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableLetterError("password_protected", "The PDF opens with a password only") from error
        raise UnreadableLetterError("damaged_pdf", f"The PDF cannot be opened: {error}") from error


def _read_page(document: Any, number: int, data: bytes, letter: LetterLines) -> bool:
    """Read a page by pdfium's own functions: pypdfium2's objects would cost as much as the lines.

    Returns whether there is such a page.
    """
    page = pdfium.FPDF_LoadPage(document.raw, number)
    if not page:
        letter.add_page("pdfium", [])
        return False
    text_page = pdfium.FPDFText_LoadPage(page)
    try:
        text = _text(text_page)
        second = _pdfplumber_lines(data, number) if _is_doubtful(document, text, number) else []
        if second:
            letter.add_page("pdfplumber", second)
            letter.extractor = "pdfplumber"
        else:
            letter.add_page("pdfium", _pdfium_lines(text_page, text, pdfium.FPDF_GetPageHeightF(page)))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
        pdfium.FPDF_ClosePage(page)
    return True


def _text(text_page: Any) -> str:
    count = pdfium.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    return bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")


def _is_doubtful(document: Any, text: str, number: int) -> bool:
    if not text:
        return any(_is_printed(text) for text in document[number].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]))
    if len(text) > LONGEST_DOUBTFUL:
        return False
    if not text.isascii() and DOUBTFUL_GLYPHS.search(text):
        return True
    header = HEADER_TABLE.search(text) if number == 0 else None
    return header is not None and len(HEADER_DATE.findall(text, header.start(), header.start() + 400)) < HEADER_DATES


def _is_printed(text: Any) -> bool:
    """An empty last page has text objects too, of spaces that cover nothing."""
    left, bottom, right, top = text.get_bounds()
    return bool(right > left and top > bottom)


def _pdfium_lines(text_page: Any, text: str, page_height: float) -> list[Line]:
    """Lines of a pdfium text page. The place of a character in the text is its index among pdfium's characters."""
    x, y = ctypes.c_double(), ctypes.c_double()
    x_address, y_address = ctypes.addressof(x), ctypes.addressof(y)
    handle = ctypes.cast(text_page, ctypes.c_void_p).value
    lines: list[Line] = []
    start = 0
    # Looked for once a page, as plain text: a pattern searched in each line costs more than reading its weight.
    has_hyphens = any(hyphen in text for hyphen in HYPHENS)
    is_foldable = not text.isascii() or any(space in text for space in FOLDABLE)
    for row in text.split(LINE_BREAK):
        for printed in HYPHENED_LINE.findall(row) if has_hyphens else (row,):
            line = printed.strip()
            if line and (is_foldable or not line.isprintable()):
                line = folded(line)
            if line:
                first = start + len(printed) - len(printed.lstrip())
                if line[-1] in HYPHENS:
                    line = line[:-1] + "-"
                weight = FONT_WEIGHT(handle, first)
                is_bold = weight >= BOLD_WEIGHT if weight > 0 else _is_bold_by_name(text_page, first)
                CHARACTER_ORIGIN(handle, first, x_address, y_address)
                lines.append((line, is_bold, round(x.value, 1), round(page_height - y.value, 1)))
            start += len(printed)
        start += len(LINE_BREAK)
    return lines


def _is_bold_by_name(handle: Any, index: int) -> bool:
    """Fonts that a PDF names without embedding them have no weight."""
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(handle, index, name, len(name), ctypes.c_int())
    return _names_bold(name.value.decode("utf-8", "replace"))


def _names_bold(font: str) -> bool:
    return "bold" in font.casefold() or "black" in font.casefold()


def _pdfplumber_lines(data: bytes, number: int) -> list[Line]:
    """Lines of a page as pdfplumber reads it; none where it fails too."""
    import pdfplumber  # noqa: PLC0415  loads in 0.13 s, and most runs never need it

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            page = document.pages[number]
            return [
                (
                    folded(line["text"]).encode(errors="replace").decode(),
                    _names_bold(line["chars"][0]["fontname"]),
                    round(line["x0"], 1),
                    round(line["bottom"], 1),
                )
                for line in page.extract_text_lines(return_chars=True)
                if folded(line["text"])
            ]
    except Exception:  # noqa: BLE001  pdfminer raises anything on a page it cannot read; the first reader's text stands
        return []
