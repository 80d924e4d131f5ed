"""A plain-text letter's bytes to printed lines.

Belongs here: letters that somebody converted to text. Does not belong here: PDFs (`imr_etl.ingest.pdf`).
"""

import codecs
import html
import quopri
import re

from imr_etl.ingest import MAX_PAGES
from imr_etl.ingest.pages import Finding, LetterLines, UnreadableLetterError, folded

LINE_HEIGHT = 12.0
"""Points that a line of plain text stands for."""

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENTITY = re.compile("&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[nm]dash|#\\d{2,5}|#x[0-9a-fA-F]{2,4});")
"""What programs that make text of a web page leave behind for a character."""

NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\xa0]{2}|\x00")
"""What no text of a single-byte encoding has: NUL, and other control characters in a row."""

BREAKS_OF_MAIL = re.compile(rb"[^=]=\r?\n|=20\r?\n")
"""Ends of lines that only quoted-printable text has, the encoding of mail; a rule of equals signs is none."""

ESCAPES_OF_MAIL = re.compile(rb"=(?:20|3D|09|A0|9[1-7]|C2=|E2=80=)")


def read_text(data: bytes) -> LetterLines:
    r"""Read the printed lines of a text, pages separated by form feeds. Whether a line is bold is not known.

    Raises UnreadableLetterError where the file is empty, is in no encoding that is certain, has no text or too many
    pages.
    """
    if not data:
        raise UnreadableLetterError("empty_file", "The file has no bytes")
    letter = LetterLines(extractor="plain")
    if len(BREAKS_OF_MAIL.findall(data)) > 1 and ESCAPES_OF_MAIL.search(data):
        data = quopri.decodestring(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = "utf-16" if data.startswith(UTF_16_MARKS) else "cp1252"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            text = "\x00"
        if NO_TEXT.search(text):
            raise UnreadableLetterError("not_utf8", f"The file is no UTF-8 text: {error}") from error
        name = "UTF-16" if encoding == "utf-16" else "Windows-1252 (Latin-1)"
        letter.findings.append(Finding("not_utf8", None, f"The file is no UTF-8 text; it was read as {name}"))
    if ENTITY.search(text):
        text = ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    pages = text.split("\f")
    if len(pages) > MAX_PAGES:
        raise UnreadableLetterError(
            "too_many_pages", f"The file has {len(pages):,} pages; letters have up to {MAX_PAGES}"
        )
    for page in pages:
        numbered = enumerate(map(folded, page.splitlines()), start=1)
        letter.add_page(
            "plain",
            [(line, None, None, LINE_HEIGHT * number) for number, line in numbered if line],
        )
    if not letter.text:
        raise UnreadableLetterError("no_text", "The file has no text in it")
    return letter
