"""A PDF's bytes to printed lines.

Belongs here: which program reads a page, and what is wrong with what it gives. Does not belong here: what a line means,
and what guards the run against a file that kills its reader (`imr_etl.ingest.workers`).

pdfium reads every page. A page where its text is in doubt is read again by pdfplumber, which costs 34 times as much; a
page that is a picture is read by tesseract, which costs 500 times as much.

The state encrypts its letters, so that nobody can change them. Text that nobody sees, and fonts that name other
characters than they show, are looked for in other files, where that costs more than reading them.
"""

import io
import math
import re
import subprocess
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from imr_etl.ingest import MAX_PAGES, MAX_RECOGNIZED_PAGES, recognition, visibility
from imr_etl.ingest.annotations import has_annotations, show_annotations
from imr_etl.ingest.damage import damage
from imr_etl.ingest.fonts import with_true_maps
from imr_etl.ingest.pages import Finding, LetterLines, Line, UnreadableLetterError, folded
from imr_etl.ingest.pdf_lines import SAME_PLACE, LoadedPage, Word, alphanumeric_count, names_bold

PERMISSIONS = 0x8 | 0x10 | 0x20 | 0x100 | 0x400
"""Permissions to change, copy, annotate, fill in or assemble. The state's letters grant none of these."""

DOUBTFUL_GLYPHS = re.compile("[\ue000-\uf8ff\ufffd]")
HEADER_TABLE = re.compile(r"Case\s+Number:")
HEADER_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}")
HEADER_DATES, HEADER_LENGTH = 5, 400
LONGEST_DOUBTFUL = 20_000
"""Characters of a page that pdfplumber is asked to read. Real pages have up to 5,000; it takes 30 s for 500,000."""

FEW_CHARACTERS = 100
"""Alphanumeric characters of a page that may be nothing but furniture and stamps.

Of 492 real pages three have fewer, none of which shows anything else."""

FULL_TEXT = 1_000
"""Characters of any kind; no stamp on a picture has as many."""

SMALL_PICTURE, LARGE_PICTURE, WHOLE_PICTURE = 0.02, 0.1, 0.5
"""Share of a page that a picture covers. The logo of real letters covers 0.008."""

MANY_DRAWINGS = 100
"""Lines and areas of a page whose characters are drawn. Real pages have up to 50."""

LAYER = 4
"""How many times as much text is unseen as is seen, at least, where a program put recognized text behind a picture."""

MORE_CHARACTERS = 30
"""Alphanumeric characters that are recognized in a picture beyond those of the page's text."""

SAME_WORDS = 0.6
"""Share of the words of a picture that stand in the page's text where the picture shows the same."""

EXCERPT = 200
NOTHING = recognition.Recognized([], [], 0)


def read_pdf(data: bytes, ask: Callable[[float], None] = lambda _: None) -> LetterLines:
    """Read the printed lines of a PDF, with findings where part of what it shows is left out or in doubt.

    `ask` is called with the seconds that a page may take, before each one that takes more than a moment. Raises
    UnreadableLetterError where there is no PDF, no way to open it or nothing to read in it.
    """
    if not data:
        raise UnreadableLetterError("empty_file", "The file has no bytes")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableLetterError("not_a_pdf", f"The file begins with {data[:40]!r}")
    document = _open(data)
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableLetterError(
                "too_many_pages", f"The file has {len(document):,} pages; letters have up to {MAX_PAGES}"
            )
        is_protected = _is_protected(document)
        lies: list[Finding] = []
        if not is_protected:
            data, lies = with_true_maps(data)
        if lies:
            document.close()
            document = _open(data)
        reading = _Reading(data, document, ask, is_protected=is_protected)
        return reading.letter_with(lies)
    except pypdfium2.PdfiumError as error:
        raise UnreadableLetterError("damaged_pdf", f"A page cannot be read: {error}") from error
    finally:
        document.close()


def _open(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableLetterError("password_protected", "The PDF opens with a password only") from error
        raise UnreadableLetterError("damaged_pdf", f"The PDF cannot be opened: {error}") from error


def _is_protected(document: Any) -> bool:
    """Check whether the file's encryption permits nothing but reading and printing."""
    is_encrypted = pdfium.FPDF_GetSecurityHandlerRevision(document.raw) >= 0
    return is_encrypted and not pdfium.FPDF_GetDocPermissions(document.raw) & PERMISSIONS


class _Reading:
    """A document whose pages are read one after the other."""

    def __init__(self, data: bytes, document: Any, ask: Callable[[float], None], *, is_protected: bool) -> None:
        self._data = data
        self._document = document
        self._ask = ask
        self._is_protected = is_protected
        self._recognized_pages = 0
        self._letter = LetterLines(extractor="pdfium")

    def letter_with(self, findings: Iterable[Finding]) -> LetterLines:
        """Read all pages; raises UnreadableLetterError where none has text."""
        letter = self._letter
        letter.findings += findings
        unread = [number + 1 for number in range(len(self._document)) if not self._read_page(number)]
        if unread:
            message = f"Of {letter.page_count} pages these cannot be read: {', '.join(map(str, unread))}"
            letter.findings.append(Finding("unreadable_page", unread[0], message))
        if not letter.text:
            raise self._without_text(unread)
        if not any(letter.is_bold):
            letter.is_bold = [None] * len(letter.text)
        if not unread and (found := damage(self._data, letter, is_protected=self._is_protected)):
            letter.findings.append(Finding("incomplete_letter", None, found))
        return letter

    def _without_text(self, unread: Sequence[int]) -> UnreadableLetterError:
        letter = self._letter
        if unread:
            return UnreadableLetterError("damaged_pdf", letter.findings[-1].excerpt)
        message = f"None of the {letter.page_count} pages has text"
        if letter.lacks_recognition:
            message += f"; to have pictures of pages read, {recognition.HOW_TO_GET_IT}"
        hidden = next((finding for finding in letter.findings if finding.code == "hidden_text"), None)
        if hidden:
            message += f". {hidden.excerpt}"
        return UnreadableLetterError("no_text", message, lacks_recognition=letter.lacks_recognition)

    def _read_page(self, number: int) -> bool:
        """Add the lines of a page. Returns whether there is such a page."""
        try:
            page = LoadedPage(self._document, number)
        except LookupError:
            self._letter.add_page("pdfium", [])
            return False
        with page:
            is_annotated = has_annotations(page.handle)
            if is_annotated and (message := show_annotations(page)):
                self._find("annotated_page", number, f"What was put on top of the page {message}")
            if self._is_protected and not is_annotated and self._is_all_text(page):
                self._add_text(page, number, by_height=False)
            else:
                self._read_closely(page, number)
        return True

    @staticmethod
    def _is_all_text(page: LoadedPage) -> bool:
        """Check whether a page has the text of a whole page, or some text and no large picture."""
        if len(page.text) >= FULL_TEXT:
            return True
        return (
            alphanumeric_count(page.text) >= FEW_CHARACTERS
            and visibility.shown(page.handle).picture_share < LARGE_PICTURE
        )

    def _add_text(self, page: LoadedPage, number: int, *, by_height: bool) -> None:
        """Add the lines of a page's text, those of the second reader where it is in doubt."""
        second = _pdfplumber_lines(self._data, number) if self._is_doubtful(page.text, number) else []
        if second:
            self._letter.add_page("pdfplumber", second)
            self._letter.extractor = "pdfplumber"
        else:
            self._letter.add_page("pdfium", page.lines(by_height=by_height))

    def _read_closely(self, page: LoadedPage, number: int) -> None:
        """Add the lines that a reader of the page sees, with findings where they are not just its text."""
        view = visibility.shown(page.handle)
        is_true = self._read_glyphs(page, view, number)
        struck = [word.text for word in page.words() if visibility.is_struck_out(page.handle, view.rules, word.box)]
        if struck:
            self._find("annotated_page", number, f"A line strikes out: {' '.join(struck)}")
        unseen = self._without_unseen(page, view, number)
        seen = alphanumeric_count(page.text)
        if seen < FEW_CHARACTERS and self._shows_more(view, seen):
            self._read_picture(page, view, number)
        elif unseen is None:
            self._letter.add_page("pdfium", [(text, None, x0, top) for text, _, x0, top in page.lines(by_height=True)])
        elif view.picture_share >= LARGE_PICTURE:
            self._add_text_and_pictures(page, view, number)
        elif unseen or not is_true:
            self._letter.add_page("pdfium", page.lines(by_height=True))
        else:
            self._add_text(page, number, by_height=True)

    def _read_glyphs(self, page: LoadedPage, view: visibility.Shown, number: int) -> bool:
        """Read what a page shows where it says something else to programs. Returns whether it says the same."""
        said = page.text
        if not visibility.drop_actual_texts(view.texts):
            return True
        # Characters that have no name of their own are read by what the file says of them.
        if not page.reload(lambda text: not DOUBTFUL_GLYPHS.search(text) and _squeezed(text) != _squeezed(said)):
            return True
        words = [word for word in said.split() if word not in page.text.split()]
        self._find("hidden_text", number, f"A program is to read this in place of what is printed: {' '.join(words)}")
        return False

    def _without_unseen(self, page: LoadedPage, view: visibility.Shown, number: int) -> list[str] | None:
        """Leave out of a page's text what nobody sees, and return it; None where it is what a picture shows.

        Programs that recognize the text of a scan put it behind the picture or leave it undrawn.
        """
        words = {text: visibility.text_of(text, page.text_page).strip() for text in view.texts}
        unseen, sight = visibility.hide_unseen(
            page.handle, [text for text in view.texts if alphanumeric_count(words[text])]
        )
        if unseen:
            page.reload()
        seen = [text for text in view.texts if text not in unseen]
        hidden = [
            words[text]
            for text in unseen
            if not any(words[text] == words[other] and visibility.is_same_place(text, other) for other in seen)
        ]
        is_layer = alphanumeric_count(" ".join(hidden)) >= LAYER * alphanumeric_count(page.text)
        if not hidden or view.picture_share < WHOLE_PICTURE or not is_layer:
            hidden += _blank_out_unseen(page, sight)
            if hidden:
                self._find("hidden_text", number, f"Nobody sees this text of the page: {' '.join(hidden)}")
            return hidden
        visibility.show_again(unseen)
        page.reload()
        self._find("read_by_ocr", number, "The page is a picture; its text is what another program recognized in it")
        return None

    @staticmethod
    def _shows_more(view: visibility.Shown, seen: int) -> bool:
        """Check whether a page with hardly any text shows something else, or has nothing on it."""
        if seen:
            return view.picture_share >= SMALL_PICTURE or view.drawings >= MANY_DRAWINGS
        return view.picture_share > 0 or view.drawings > 0 or view.objects == 0

    def _read_picture(self, page: LoadedPage, view: visibility.Shown, number: int) -> None:
        """Add the lines that can be recognized in a page that is a picture with hardly any text."""
        seen, found = " ".join(page.text.split()), self._recognized(page, view) if view.objects else NOTHING
        lines = found.lines
        if alphanumeric_count(" ".join(line[0] for line in lines)) >= alphanumeric_count(seen) + MORE_CHARACTERS:
            self._letter.add_page(recognition.PROGRAM, lines)
            self._letter.extractor = recognition.PROGRAM
            self._find(
                "read_by_ocr",
                number,
                f"The page is a picture; {recognition.PROGRAM} recognized its text{_doubt(found)}",
            )
            return
        is_stamp = view.picture_share >= WHOLE_PICTURE or view.drawings >= MANY_DRAWINGS
        self._letter.add_page("pdfium", [] if is_stamp else page.lines(by_height=True))
        but = f' but "{seen}"' if seen else ""
        message = f"The page shows a picture or drawings, and no text{but}" if view.objects else "The page is empty"
        self._find("page_without_text", number, message + self._advice(view))

    def _add_text_and_pictures(self, page: LoadedPage, view: visibility.Shown, number: int) -> None:
        """Add the lines of a page's text and those recognized in the large pictures on it, in the order of height."""
        lines = page.lines(by_height=True)
        visibility.hide(view.texts)
        found = self._recognized(page, view)
        recognized = found.lines
        words = {word for line in recognized for word in line[0].split()}
        is_same = bool(words) and len(words & set(page.text.split())) >= SAME_WORDS * len(words)
        if is_same or alphanumeric_count(" ".join(words)) < MORE_CHARACTERS:
            self._letter.add_page("pdfium", lines)
            if not is_same:
                message = f"A picture covers {view.picture_share:.0%} of the page beside its text"
                self._find("page_without_text", number, message + (self._advice(view) or ", and says nothing readable"))
            return
        self._letter.add_page(recognition.PROGRAM, sorted([*lines, *recognized], key=lambda line: line[3]))
        self._letter.extractor = recognition.PROGRAM
        self._find(
            "read_by_ocr", number, f"A picture is on the page; {recognition.PROGRAM} recognized its text{_doubt(found)}"
        )

    def _advice(self, view: visibility.Shown) -> str:
        """Say what to do for a picture to be read, where it could be."""
        if not view.objects or recognition.is_recognition_installed():
            return ""
        self._letter.lacks_recognition = True
        return f": to have it read, {recognition.HOW_TO_GET_IT}"

    def _recognized(self, page: LoadedPage, view: visibility.Shown) -> recognition.Recognized:
        """Return what can be recognized in a page's picture."""
        if not recognition.is_recognition_installed() or self._recognized_pages >= MAX_RECOGNIZED_PAGES:
            return NOTHING
        self._recognized_pages += 1
        self._ask(recognition.SECONDS_A_PAGE)
        dpi = visibility.bounded_dpi(page.handle, recognition.dpi_of(view.picture_dpi))
        try:
            return recognition.recognize(visibility.draw(page.handle, dpi / recognition.POINTS), dpi)
        except (OSError, subprocess.SubprocessError):
            return NOTHING

    def _find(self, code: str, number: int, excerpt: str) -> None:
        self._letter.findings.append(Finding(code, number + 1, folded(excerpt)[:EXCERPT]))

    def _is_doubtful(self, text: str, number: int) -> bool:
        if len(text) > LONGEST_DOUBTFUL:
            return False
        if not text.isascii() and DOUBTFUL_GLYPHS.search(text):
            return True
        header = HEADER_TABLE.search(text) if number == 0 else None
        if header is None:
            return False
        return len(HEADER_DATE.findall(text, header.start(), header.start() + HEADER_LENGTH)) < HEADER_DATES


def _doubt(found: recognition.Recognized) -> str:
    """Say which words of a picture may be wrong."""
    if not found.uncertain:
        return ""
    return f"; {len(found.uncertain)} of {found.words} words are uncertain: {' '.join(found.uncertain)}"


def _blank_out_unseen(page: LoadedPage, sight: visibility.Sight) -> list[str]:
    """Leave out of a page's lines the words that are not seen in their place, and return them.

    They belong to a text of which other words are seen; these ones are covered, or off the page. A word that another
    text prints in the same place is seen.
    """
    seen: list[Word] = []
    unseen: list[Word] = []
    for word in page.words():
        if alphanumeric_count(word.text):
            is_seen = visibility.is_seen(page.handle, sight, word.handle, word.box)
            (seen if is_seen else unseen).append(word)
    for word in unseen:
        page.blank_out(word)
    return [word.text for word in unseen if not any(_is_same(word, other) for other in seen)]


def _is_same(one: Word, other: Word) -> bool:
    return one.text == other.text and math.dist(one.box, other.box) < SAME_PLACE


def _pdfplumber_lines(data: bytes, number: int) -> list[Line]:
    """Return a page's lines as pdfplumber reads them; none where it fails too."""
    import pdfplumber  # noqa: PLC0415  loads in 0.13 s, and most runs never need it

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            return [
                (text, names_bold(line["chars"][0]["fontname"]), round(line["x0"], 1), round(line["bottom"], 1))
                for line in document.pages[number].extract_text_lines(return_chars=True)
                if (text := folded(line["text"]).encode(errors="replace").decode())
            ]
    except Exception:  # noqa: BLE001  pdfminer raises anything on a page it cannot read; the first reader's text stands
        return []


def _squeezed(text: str) -> str:
    """Return the alphanumeric characters of a text: where words are divided does not change what it says."""
    return "".join(filter(str.isalnum, text))
