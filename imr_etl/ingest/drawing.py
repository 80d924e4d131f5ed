"""Drawing pages of a PDF, in the reading processes: a hostile page costs its process, not the program that asked.

Belongs here: the request, and what a process does with it. Does not belong here: who watches the process
(`imr_etl.ingest.workers`), and what is marked on a page (`warehouse.query.web.letter`).
"""

import hashlib
import io
from typing import NamedTuple

import pypdfium2

from imr_etl.ingest.content import read_content
from imr_etl.ingest.pages import UnreadableLetterError
from imr_etl.ingest.visibility import bounded_scale

MOST_PAGES = 200

Sizes = list[tuple[float, float]]
"""Width and height of each page in points."""


class DrawingRequest(NamedTuple):
    """A page to draw as PNG, or, without a number, the sizes of all pages; of a file whose content is known."""

    path: str
    sha256: str
    page: int | None = None
    pixels_a_point: float = 1.5


class NotDrawn(NamedTuple):
    """Why a page was not drawn, as a sentence."""

    reason: str


def draw(request: DrawingRequest) -> bytes | Sizes | NotDrawn:
    """Draw a page as PNG, at a size that is bounded, or measure the pages."""
    try:
        data = read_content(request.path)
    except OSError:
        return NotDrawn("The letter's file is not where it was when it was loaded.")
    if hashlib.sha256(data).hexdigest() != request.sha256:
        return NotDrawn("The letter's file is another one than when it was loaded.")
    try:
        with pypdfium2.PdfDocument(data) as document:
            if request.page is None:
                return [document.get_page_size(number) for number in range(min(len(document), MOST_PAGES))]
            if not 0 < request.page <= min(len(document), MOST_PAGES):
                return NotDrawn(f"The letter has {len(document)} pages.")
            page = document[request.page - 1]
            scale = bounded_scale(*page.get_size(), request.pixels_a_point)
            picture = io.BytesIO()
            page.render(scale=scale).to_pil().convert("L").save(picture, format="PNG")
            return picture.getvalue()
    except (pypdfium2.PdfiumError, UnreadableLetterError, ValueError):
        return NotDrawn("The letter's file cannot be drawn.")
