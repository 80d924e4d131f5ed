"""A plain-text letter's bytes to printed lines.

Belongs here: letters that somebody made text of. Does not belong here: PDFs (`imr_etl.ingest.pdf`).
"""

from imr_etl.ingest import MAX_PAGES
from imr_etl.ingest.pages import LetterLines, UnreadableLetterError, folded

LINE_HEIGHT = 12.0
"""Points that a line of plain text stands for."""


def read_text(data: bytes) -> LetterLines:
    r"""Return the printed lines of a UTF-8 text, pages separated by form feeds. Boldness is not known.

    Raises UnreadableLetterError where the file is empty, is no UTF-8, has no text or too many pages.
    """
    if not data:
        raise UnreadableLetterError("empty_file", "The file has no bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableLetterError("not_utf8", f"The file is no UTF-8 text: {error}") from error
    letter = LetterLines(extractor="plain")
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
        raise UnreadableLetterError("no_text", "The file has no letters in it")
    return letter
