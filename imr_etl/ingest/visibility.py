"""What a reader of a PDF's page sees: its picture, what is in it besides text, and the text that is not in it.

Belongs here: objects of a page, and drawing it. Does not belong here: its lines (`imr_etl.ingest.pdf_lines`), reading a
picture (`imr_etl.ingest.recognition`).

Whether a text is seen is decided by drawing the page with it and without it. That covers white text, layers that are
switched off, text outside of the page and text under a picture alike.
"""

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product, takewhile
from math import hypot, sqrt
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

LONGER_SIDE = 1_000
"""Pixels of the longer side of a page that is drawn to see what is on it."""

LARGEST_SIDE = 3_600
"""Pixels of the longer side of any picture, however large the page says that it is. A letter at 300 dpi has 3,300."""

COARSEST = 0.3
"""Pixels a point of a picture that shows text of a common size."""

SEEN_STEP = 32
"""A difference in brightness, of 255, that is seen. Light gray text differs from paper by 100."""

LIGHT, TRANSPARENT = 200, 64
"""Brightness of a text's color from which, and its opacity up to which, it may not be seen."""

FILLED = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE)
"""Ways to draw text that show it in its color."""

POINTS = 72.0
"""Points to an inch."""

LETTER_HEIGHT = 792.0
SMALLEST_SIZE = 2.0
"""Points of text that nobody can read, on a page of a letter's height; on a smaller page in proportion."""

COVERED = 0.3
"""Share of the smaller of two texts that the other one covers, where one may hide the other."""

MARGIN = 1
"""Pixels around a text that belong to its place: drawing rounds."""

THICKEST_RULE = 3.0
"""Points of the thickness of a line."""

STRUCK = 0.8
"""Share of a word's width that a line goes through which strikes it out."""

MOST_OBJECTS = 20_000
MOST_DRAWN = 100
"""Texts of a page that are drawn one by one; a page takes some milliseconds each time."""

DEEPEST = 40
"""Levels of drawings in drawings that are examined."""

ACTUAL_TEXT = b"ActualText"
"""The entry of a PDF that says what programs are to read in the place of a text."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom edge, in pixels of the page's picture unless stated otherwise."""


@dataclass(frozen=True, eq=False)
class Text:
    """A text of a page: its handle in pdfium, its place in the page's picture, the size of its font in points."""

    handle: Any
    box: Box
    size: float


class Shown(NamedTuple):
    """What a page shows: its texts, its pictures, and how many other drawings and objects of any kind it has.

    `rules` are the places of thin level lines, `picture_share` is the share of the page that pictures cover, and
    `picture_dpi` the pixels an inch of the largest one.
    """

    texts: list[Text]
    rules: list[Box]
    picture_share: float
    picture_dpi: float
    drawings: int
    objects: int


class Sight(NamedTuple):
    """Where texts of a page are seen: pictures of the page that are white there.

    `picture` is that of all texts, None for a page that is too large to draw. `texts` has by address the picture of a
    single text where another one is in the same place.
    """

    picture: Image.Image | None
    texts: dict[int, Image.Image]


def draw(page: Any, scale: float) -> Image.Image:
    """Return a page's picture in shades of gray, `scale` pixels to a point but for pages of absurd size."""
    width, height = _pixels(page, scale)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = pdfium.FPDF_GRAYSCALE | pdfium.FPDF_ANNOT
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        data = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return Image.frombytes("L", (width, height), data, "raw", "L", stride)


def bounded_scale(width: float, height: float, scale: float) -> float:
    """Return the scale, or a smaller one where a page of that size would have more than `LARGEST_SIDE` pixels."""
    return min(scale, LARGEST_SIDE / max(width, height, 1.0))


def bounded_dpi(page: Any, dpi: float) -> float:
    """Return the pixels an inch, or fewer where a page is of absurd size."""
    return POINTS * bounded_scale(*_points(page), dpi / POINTS)


def shown(page: Any) -> Shown:
    """Return what a loaded page shows, from its objects."""
    texts: list[Text] = []
    pictures: list[tuple[float, float]] = [(0.0, 0.0)]
    rules: list[Box] = []
    drawings = 0
    scale = _scale(page)
    size = _pixels(page, scale)
    for handle, matrix in _objects(page):
        box = _box(page, handle, matrix, size)
        match pdfium.FPDFPageObj_GetType(handle):
            case pdfium.FPDF_PAGEOBJ_TEXT:
                texts.append(Text(handle, box, _font_size(handle, matrix)))
            case pdfium.FPDF_PAGEOBJ_IMAGE:
                area = _area(_inner(_common(box, (0, 0, *size))))
                pictures.append((area, POINTS * scale * sqrt(_image_pixels(handle) / max(1.0, _area(box)))))
            case _:
                drawings += 1
                if box[3] - box[1] - 2 * MARGIN <= THICKEST_RULE * scale:
                    rules.append(box)
    share = min(1.0, sum(area for area, _ in pictures) / (size[0] * size[1]))
    return Shown(texts, rules, share, max(pictures)[1], drawings, pdfium.FPDFPage_CountObjects(page))


def hide_unseen(page: Any, texts: Sequence[Text]) -> tuple[list[Text], Sight]:
    """Return the texts that no reader of the page sees, and where the others are seen.

    The unseen texts are no longer drawn or read. Of texts that are printed at the same place, to look bold, one is
    seen.
    """
    scale = _scale(page)
    smallest = SMALLEST_SIZE * min(1.0, max(_points(page)) / LETTER_HEIGHT)
    hidden = [text for text in texts if text.size < smallest]
    hide(hidden)
    if scale < COARSEST:
        hidden += [text for text in texts if text.size >= smallest and _is_odd(text.handle)]
        hide(hidden)
        return hidden, Sight(None, {})
    before = draw(page, scale)
    rest = [text for text in texts if text.size >= smallest]
    hide(rest)
    seen = _difference(before, draw(page, scale))
    unseen = [text for text in rest if _is_blank(seen, text.box)]
    rest = [text for text in rest if text not in unseen]
    show_again(rest)
    doubtful = _doubtful(rest)
    sight = Sight(seen, {})
    # Each is drawn without those before it that are unseen, so that one of several copies is left.
    for text in doubtful[:MOST_DRAWN]:
        hide([text])
        alone = _difference(before, draw(page, scale))
        if alone.getbbox() is None:
            unseen.append(text)
        else:
            show_again([text])
            sight.texts[_address(text.handle)] = alone
    return hidden + unseen, sight


def is_seen(page: Any, sight: Sight, handle: Any, box: Box) -> bool:
    """Check whether a part of a text is seen in its place, which is given in points from the top left of the page."""
    picture = sight.texts.get(_address(handle), sight.picture)
    if picture is None:
        return True
    across, down = (pixels / points for pixels, points in zip(picture.size, _points(page), strict=True))
    left, top, right, bottom = box
    place = (left * across - MARGIN, top * down - MARGIN, right * across + MARGIN, bottom * down + MARGIN)
    return not _is_blank(picture, place)


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def is_struck_out(page: Any, rules: Iterable[Box], box: Box) -> bool:
    """Check whether a line goes through the middle of a word, whose place is in points from the top left."""
    scale = _scale(page)
    left, top, right, bottom = (scale * edge for edge in box)
    third = (bottom - top) / 3
    return any(
        min(right, rule[2]) - max(left, rule[0]) > STRUCK * (right - left)
        and top + third < (rule[1] + rule[3]) / 2 < bottom - third
        for rule in rules
    )


def text_of(text: Text, text_page: Any) -> str:
    """Return what a text says, from a text page that was loaded while the text was not hidden."""
    size = pdfium.FPDFTextObj_GetText(text.handle, text_page, None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFTextObj_GetText(text.handle, text_page, buffer, size)
    return bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0")


def is_same_place(one: Text, other: Text) -> bool:
    """Check whether one of two texts covers a large part of the other."""
    common = _inner(_common(one.box, other.box))
    return _area(common) > COVERED * min(_area(_inner(one.box)), _area(_inner(other.box)))


def drop_actual_texts(texts: Iterable[Text]) -> bool:
    """Remove what the file says is to be read in place of the glyphs of texts; return whether there was any."""
    marks = [(text.handle, mark) for text in texts for mark in _marks(text.handle) if _has_actual_text(mark)]
    return sum(bool(pdfium.FPDFPageObj_RemoveMark(handle, mark)) for handle, mark in marks) > 0


def _marks(handle: Any) -> list[Any]:
    return [pdfium.FPDFPageObj_GetMark(handle, n) for n in range(pdfium.FPDFPageObj_CountMarks(handle))]


def _has_actual_text(mark: Any) -> bool:
    size = ctypes.c_ulong()
    found = pdfium.FPDFPageObjMark_GetParamStringValue(mark, ACTUAL_TEXT, None, 0, size)
    return bool(found)


def _doubtful(texts: Sequence[Text]) -> list[Text]:
    """Return the texts that may be unseen where something else is seen in their place."""
    overlapping: set[Text] = set()
    by_top = sorted(texts, key=lambda text: text.box[1])
    for number, text in enumerate(by_top):
        for other in takewhile(lambda below: below.box[1] < text.box[3], by_top[number + 1 :]):  # noqa: B023
            if is_same_place(text, other):
                overlapping |= {text, other}
    return [text for text in texts if text in overlapping or _is_odd(text.handle)]


def _is_odd(handle: Any) -> bool:
    """Check whether a text is drawn in a way that may leave it unseen."""
    if pdfium.FPDFTextObj_GetTextRenderMode(handle) not in FILLED:
        return True
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(handle, red, green, blue, opacity):
        return False
    return min(red.value, green.value, blue.value) >= LIGHT or opacity.value <= TRANSPARENT


def hide(texts: Iterable[Text]) -> None:
    """Make pdfium neither draw nor read texts."""
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.handle, 0)


def show_again(texts: Iterable[Text]) -> None:
    """Make pdfium draw and read texts again."""
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.handle, 1)


def _image_pixels(handle: Any) -> int:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(handle, width, height)
    return width.value * height.value


def _difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return white where two pictures of a page differ so that it is seen."""
    return ImageChops.difference(one, other).point([255 * (step >= SEEN_STEP) for step in range(256)])


def _is_blank(picture: Image.Image, box: Box) -> bool:
    left, top, right, bottom = _common(box, (0, 0, *picture.size))
    if left >= right or top >= bottom:
        return True
    return picture.crop((int(left), int(top), int(right), int(bottom))).getbbox() is None


def _common(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _inner(box: Box) -> Box:
    """Return a box without the pixels around what stands in it."""
    return box[0] + MARGIN, box[1] + MARGIN, box[2] - MARGIN, box[3] - MARGIN


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _points(page: Any) -> tuple[float, float]:
    return pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)


def _scale(page: Any) -> float:
    """Return how many pixels a point has in the picture in which texts are looked for."""
    longer = max(*_points(page), 1.0)
    return bounded_scale(*_points(page), max(1.0, LONGER_SIDE / longer))


def _pixels(page: Any, scale: float) -> tuple[int, int]:
    width, height = _points(page)
    scale = bounded_scale(width, height, scale)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _objects(page: Any) -> list[tuple[Any, pdfium.FS_MATRIX]]:
    """Return every object of a page with the matrix that leads to the page, those in drawings too."""
    found: list[tuple[Any, pdfium.FS_MATRIX]] = []
    unchanged = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)
    _add_objects(found, page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, unchanged, DEEPEST)
    return found


def _add_objects(
    found: list[tuple[Any, pdfium.FS_MATRIX]], parent: Any, count: Any, get: Any, matrix: pdfium.FS_MATRIX, depth: int
) -> None:
    for number in range(min(count(parent), MOST_OBJECTS - len(found))):
        handle = get(parent, number)
        found.append((handle, matrix))
        if depth and pdfium.FPDFPageObj_GetType(handle) == pdfium.FPDF_PAGEOBJ_FORM:
            own = pdfium.FS_MATRIX()
            pdfium.FPDFPageObj_GetMatrix(handle, own)
            inner = _product(own, matrix)
            _add_objects(found, handle, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, depth - 1)


def _product(first: pdfium.FS_MATRIX, second: pdfium.FS_MATRIX) -> pdfium.FS_MATRIX:
    """Return the matrix that does the first and then the second."""
    return pdfium.FS_MATRIX(
        first.a * second.a + first.b * second.c,
        first.a * second.b + first.b * second.d,
        first.c * second.a + first.d * second.c,
        first.c * second.b + first.d * second.d,
        first.e * second.a + first.f * second.c + second.e,
        first.e * second.b + first.f * second.d + second.f,
    )


def _box(page: Any, handle: Any, matrix: pdfium.FS_MATRIX, size: tuple[int, int]) -> Box:
    """Return where an object stands in a page's picture of that size."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    across, down = [], []
    for x, y in product((left.value, right.value), (bottom.value, top.value)):
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        on_page = (matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f)
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, *on_page, device_x, device_y)
        across.append(device_x.value)
        down.append(device_y.value)
    return min(across) - MARGIN, min(down) - MARGIN, max(across) + MARGIN, max(down) + MARGIN


def _font_size(handle: Any, matrix: pdfium.FS_MATRIX) -> float:
    size, own = ctypes.c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(handle, size)
    pdfium.FPDFPageObj_GetMatrix(handle, own)
    whole = _product(own, matrix)
    return float(size.value * hypot(whole.c, whole.d))
