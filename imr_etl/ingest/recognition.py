"""From a page that is a picture to printed lines, by tesseract where it is installed.

Belongs here: making a picture ready for it, running it, its lines. Does not belong here: which pages are pictures
(`imr_etl.ingest.pdf`), words of the letters' layout that it garbles (`imr_etl.parse.garbled`).

Tesseract is a program of its own (Debian package tesseract-ocr). Its version is not part of the extractor's: a letter
that one version read is not read again for another one.
"""

import io
import os
import shutil
import subprocess
from functools import cache
from itertools import groupby, pairwise, product
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageOps

from imr_etl.ingest.pages import Line, folded

PROGRAM = "tesseract"
HOW_TO_GET_IT = "install tesseract (Debian package tesseract-ocr) and run again"
SECONDS_A_RUN, SECONDS_A_PAGE = 90.0, 300.0
"""More than 50 times what a page takes on a machine that is not busy; one that lies on its side is read twice."""

LEAST_DPI, DRAWN_DPI = 190.0, 200.0
"""Pixels an inch with which tesseract reads text of common size well, and those of a drawing that is no scan."""

SCANNED_DPI = (90.0, 300.0)
"""Pixels an inch that scans have. A page with more is drawn with the larger number."""

COLUMN_OF_TEXT = "4"
"""Tesseract's page segmentation mode: one column of text of various sizes. Tables come out row by row."""

ORIENTATION_ONLY = "0"
MODEL = "eng"
WORD_LEVEL = "5"
GOOD_CONFIDENCE = 60.0
"""Certainty, of 100, from which a word counts as read."""

LEAST_CONFIDENCE, LONGEST_MARK = 40.0, 3
"""At an end of a line, what is less certain than this and has no more characters than that is no word."""

FEW_GOOD = 0.5
"""Share of good words below which a page may lie on its side."""

POINTS = 72.0

SPECKS_A_PIXEL = 0.0001
"""Share of single dark pixels from which a picture has specks, as faxes and old copies do."""

SPECK = 2
"""Pixels of a speck's width and height at most. Larger ones are as large as the dots of characters."""

WINDOW = 5
"""Pixels of the width and height of the window in which a speck and its border are looked for."""

DARK = 128
SKEW_WIDTH = 600
"""Pixels of the width of the picture that is turned to and fro to find out how skewed it is."""

LARGEST_SKEW, SKEW_STEP, FINE_SKEW_STEP = 3.0, 0.5, 0.1
"""Degrees by which a page may be skewed."""

RULE_LENGTH, RULE_STEPS = 19.0, 4
"""Points of a straight dark line that is part of no character; it is looked for in steps of a fourth of that."""

FULL = 240
"""Of 255: the share of dark pixels of a line."""


class Word(NamedTuple):
    """A word of a picture: the line it stands in, its place in pixels, and how certain it is, of 100."""

    line: tuple[str, ...]
    left: float
    bottom: float
    confidence: float
    text: str


class Recognized(NamedTuple):
    """What was recognized in a picture: its lines, and which of how many words may be wrong."""

    lines: list[Line]
    uncertain: list[str]
    words: int


@cache
def is_recognition_installed() -> bool:
    """Check whether there is a program that reads pictures."""
    return shutil.which(PROGRAM) is not None


def dpi_of(picture: float) -> float:
    """Return the pixels an inch with which to draw a page, given those of its largest picture."""
    return min(picture, SCANNED_DPI[1]) if picture >= SCANNED_DPI[0] else DRAWN_DPI


def recognize(picture: Image.Image, dpi: float) -> Recognized:
    """Read a picture in shades of gray, of so many pixels an inch; whether a line is bold is not known.

    Raises subprocess.SubprocessError where the program fails or takes too long.
    """
    ready, dpi = prepared(picture, dpi)
    words = _words(ready, dpi)
    if words and _good_share(words) < FEW_GOOD and (degrees := _orientation(ready, dpi)):
        turned = ready.rotate(degrees, expand=True, fillcolor=255)
        words = max(words, _words(turned, dpi), key=_good_share)
    points = POINTS / dpi
    lines: list[Line] = []
    kept: list[Word] = []
    for _, group in groupby(words, key=lambda word: word.line):
        line = _without_marks(list(group))
        text = folded(" ".join(word.text for word in line))
        if any(map(str.isalnum, text)):
            bottom = max(word.bottom for word in line)
            lines.append((text, None, round(points * line[0].left, 1), round(points * bottom, 1)))
            kept += line
    return Recognized(lines, [word.text for word in kept if word.confidence < GOOD_CONFIDENCE], len(kept))


def prepared(picture: Image.Image, dpi: float) -> tuple[Image.Image, float]:
    """Return a picture without specks and rules, straightened, enlarged if it is too coarse; and its pixels an inch."""
    picture = without_specks(picture)
    if dpi < LEAST_DPI:
        picture = picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.BICUBIC)
        dpi *= 2
    skew = degrees_of_skew(picture)
    if skew:
        picture = picture.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
    return without_rules(picture, dpi), dpi


def without_specks(picture: Image.Image) -> Image.Image:
    """Return a picture without dark specks that have only light pixels around them, where it has many.

    Thin strokes stay whole: a filter that counts dark neighbors would remove some of their pixels.
    """
    dark = picture.point([255 * (shade < DARK) for shade in range(256)])
    alone = _lightly_bordered(dark, 1)
    if ImageChops.darker(alone, dark).histogram()[255] < SPECKS_A_PIXEL * picture.width * picture.height:
        return picture
    bordered = _lightly_bordered(dark, SPECK)
    specks = Image.new("L", picture.size, 0)
    for across, down in product(range(SPECK), repeat=2):
        specks = ImageChops.lighter(specks, ImageChops.offset(bordered, across, down))
    return ImageChops.lighter(picture, specks)


def _lightly_bordered(dark: Image.Image, size: int) -> Image.Image:
    """Return white for the upper left pixel of each square of a size whose border holds no dark pixel."""
    far = size + 2
    # Pillow's first row is the lowest one.
    border = [
        x < far and y < far and not (0 < x < far - 1 and 0 < y < far - 1)
        for y in reversed(range(WINDOW))
        for x in range(WINDOW)
    ]
    count = dark.filter(ImageFilter.Kernel((WINDOW, WINDOW), border, scale=1))
    around = count.point([255 * (shade == 0) for shade in range(256)])
    # A window's result stands at its middle; the square begins one pixel from the window's upper left corner.
    return ImageChops.offset(around, 1 - WINDOW // 2, 1 - WINDOW // 2)


def degrees_of_skew(picture: Image.Image) -> float:
    """Return by how many degrees, counterclockwise, a picture must be turned for its lines to be level."""
    height = round(picture.height * SKEW_WIDTH / picture.width)
    small = ImageOps.invert(picture.resize((SKEW_WIDTH, height), Image.Resampling.BOX))

    def sharpness(degrees: float) -> int:
        turned = small.rotate(degrees, Image.Resampling.BILINEAR)
        rows = turned.resize((1, height), Image.Resampling.BOX).tobytes()
        return sum((above - below) ** 2 for above, below in pairwise(rows))

    steps = round(LARGEST_SKEW / SKEW_STEP)
    coarse = max((step * SKEW_STEP for step in range(-steps, steps + 1)), key=sharpness)
    fine = round(SKEW_STEP / FINE_SKEW_STEP)
    best = max((coarse + step * FINE_SKEW_STEP for step in range(-fine, fine + 1)), key=sharpness)
    return best if sharpness(best) > sharpness(0) else 0.0


def without_rules(picture: Image.Image, dpi: float) -> Image.Image:
    """Return a picture without the lines of its tables, which tesseract takes for characters beside them."""
    length = round(RULE_LENGTH / POINTS * dpi)
    step = length // RULE_STEPS
    dark = picture.point([255 * (shade < DARK) for shade in range(256)])
    rules = Image.new("L", picture.size, 0)
    for across, down in ((1, 0), (0, 1)):
        found = Image.new("L", picture.size, 0)
        window = (max(1, across * length), max(1, down * length))
        for n in range(RULE_STEPS):
            found = ImageChops.lighter(found, _full_windows(dark, window, (n * step * across, n * step * down)))
        for ahead in (step, -step):
            ends = ImageChops.offset(found, ahead * across, ahead * down)
            rules = ImageChops.lighter(rules, ImageChops.darker(ImageChops.lighter(found, ends), dark))
    return ImageChops.lighter(picture, rules.filter(ImageFilter.MaxFilter(3)))


def _full_windows(dark: Image.Image, window: tuple[int, int], corner: tuple[int, int]) -> Image.Image:
    """Return where a picture is white throughout windows of a size, the first of which begins at that corner."""
    shares = dark.crop((*corner, *dark.size)).reduce(window)
    full = shares.point([255 * (share > FULL) for share in range(256)])
    found = Image.new("L", dark.size, 0)
    found.paste(full.resize((full.width * window[0], full.height * window[1]), Image.Resampling.NEAREST), corner)
    return found


def _words(picture: Image.Image, dpi: float) -> list[Word]:
    """Return the words that tesseract finds in a picture, in its order of reading."""
    rows = (row.split("\t") for row in _run(picture, dpi, COLUMN_OF_TEXT, "tsv").splitlines())
    words = [row for row in rows if len(row) == 12 and row[0] == WORD_LEVEL and row[11].strip()]
    return [
        Word(tuple(row[1:5]), float(row[6]), float(row[7]) + float(row[9]), float(row[10]), row[11]) for row in words
    ]


def _orientation(picture: Image.Image, dpi: float) -> int:
    """Return by how many degrees, counterclockwise, a picture must be turned to stand upright; 0 if unknown."""
    try:
        found = _run(picture, dpi, ORIENTATION_ONLY)
    except subprocess.SubprocessError:
        return 0
    degrees = [line.split(":")[1] for line in found.splitlines() if line.startswith("Orientation in degrees:")]
    return int(degrees[0]) if degrees else 0


def _without_marks(line: list[Word]) -> list[Word]:
    """Return a line without marks at its ends that were taken for short words: dirt, and remains of rules."""
    is_word = [word.confidence >= LEAST_CONFIDENCE or len(word.text) > LONGEST_MARK for word in line]
    if not any(is_word):
        return line
    return line[is_word.index(True) : len(line) - is_word[::-1].index(True)]


def _run(picture: Image.Image, dpi: float, mode: str, *output: str) -> str:
    file = io.BytesIO()
    picture.save(file, "PPM")
    model = "osd" if mode == ORIENTATION_ONLY else MODEL
    done = subprocess.run(  # noqa: S603  nothing of the letter stands in the command
        [PROGRAM, "stdin", "stdout", "--psm", mode, "--dpi", str(round(dpi)), "-l", model, *output],
        input=file.getvalue(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS_A_RUN,
        check=True,
        # Its threads wait for each other longer than they work.
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode("utf-8", "replace")


def _good_share(words: list[Word]) -> float:
    return sum(word.confidence >= GOOD_CONFIDENCE for word in words) / max(1, len(words))
