"""Drawing pages of a PDF, in the reading processes: a hostile page kills its process, not the program that asked.

Belongs here: the request, and what a process does with it. Does not belong here: who watches the process
(`imr_etl.ingest.workers`), and what is marked on a page (`warehouse.query.web.letter`).
"""

import io
from typing import NamedTuple

import pypdfium2

from imr_etl.ingest.visibility import bounded_scale

MOST_PAGES = 200
PIXELS_A_POINT = 1.6

Sizes = list[tuple[float, float]]
"""Width and height of each page in points."""


class DrawingRequest(NamedTuple):
    """A page of a PDF to draw as PNG, or, without a number, the sizes of all pages."""

    data: bytes
    page: int | None = None


class NotDrawn(NamedTuple):
    """Why a page was not drawn, as a sentence."""

    reason: str


def draw(request: DrawingRequest) -> bytes | Sizes | NotDrawn:
    """Draw a page as PNG, at a size that is bounded, or measure the pages."""
    try:
        with pypdfium2.PdfDocument(request.data) as document:
            if request.page is None:
                return [document.get_page_size(number) for number in range(min(len(document), MOST_PAGES))]
            if not 0 < request.page <= min(len(document), MOST_PAGES):
                return NotDrawn(f"The letter has {len(document)} pages.")
            page = document[request.page - 1]
            width, height = page.get_size()
            scale = bounded_scale(width, height, PIXELS_A_POINT)
            picture = io.BytesIO()
            page.render(scale=scale).to_pil().convert("L").save(picture, format="PNG")
            return picture.getvalue()
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return NotDrawn("The letter's file cannot be drawn.")
