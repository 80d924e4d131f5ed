"""Annotations of a PDF's page: notes, stamps, form fields and strike-outs that a program has put on top of the page.

Belongs here: what they say and how they become part of the page. Does not belong here: the page's own text
(`imr_etl.ingest.pdf_lines`), and which part of it is covered (`imr_etl.ingest.visibility`).
"""

import ctypes
from collections import Counter
from typing import Any

import pypdfium2.raw as pdfium

from imr_etl.ingest.pages import folded
from imr_etl.ingest.pdf_lines import LoadedPage

NOT_SHOWN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW

SAYING = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WIDGET)
"""Kinds that print a text on the page. A sticky note shows its text only to whoever opens it."""

STRIKING = {
    pdfium.FPDF_ANNOT_STRIKEOUT: "strikes out text",
    pdfium.FPDF_ANNOT_REDACT: "marks text to be taken out",
    pdfium.FPDF_ANNOT_CARET: "marks a place where text is missing",
    pdfium.FPDF_ANNOT_INK: "is handwritten",
}
"""Kinds that change what the page says, and how."""


def has_annotations(page: Any) -> bool:
    """Check whether anything was put on top of a page."""
    return bool(pdfium.FPDFPage_GetAnnotCount(page) > 0)


def show_annotations(page: LoadedPage) -> str:
    """Make annotations part of a page, and return what they say or do; an empty text if they only link or highlight."""
    findings = list(dict.fromkeys(_texts_without_drawing(page.handle) + _strikes(page.handle)))
    own_words = Counter(page.text.split())
    if pdfium.FPDFPage_Flatten(page.handle, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
        page.reopen()
    added: list[str] = []
    for word in page.text.split():
        own_words[word] -= 1
        if own_words[word] < 0:
            added.append(word)
    return "; ".join([*findings, *([f"prints: {' '.join(added)}"] if added else [])])


def _texts_without_drawing(page: Any) -> list[str]:
    """Return what annotations say that some programs show and others do not."""
    return [
        f"says without being drawn: {text}"
        for annotation in _shown(page)
        if pdfium.FPDFAnnot_GetSubtype(annotation) in SAYING
        and not pdfium.FPDFAnnot_GetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > 2
        and (text := _string(annotation, b"V") or _string(annotation, b"Contents"))
    ]


def _strikes(page: Any) -> list[str]:
    kinds = map(pdfium.FPDFAnnot_GetSubtype, _shown(page))
    return [STRIKING[kind] for kind in kinds if kind in STRIKING]


def _shown(page: Any) -> list[Any]:
    annotations = [pdfium.FPDFPage_GetAnnot(page, n) for n in range(pdfium.FPDFPage_GetAnnotCount(page))]
    return [annotation for annotation in annotations if not pdfium.FPDFAnnot_GetFlags(annotation) & NOT_SHOWN]


def _string(annotation: Any, name: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, name, None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFAnnot_GetStringValue(annotation, name, buffer, size)
    return folded(bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0"))
