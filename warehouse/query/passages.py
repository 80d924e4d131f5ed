"""Where words stand in a text, and the sentences that say them.

Belongs here: finding words as a search does (whole, in any case, with or without accents), cutting sentences out. Does
not belong here: which texts are found (`warehouse.query.search`), how a sentence is shown (`imr_etl.cli.search`).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WORD = re.compile(r"[^\W_]+")
TITLES = "".join(rf"(?<!\b{title})" for title in ("Dr", "Mr", "Mrs", "Ms", "St", "No", "vs", "al"))
BREAK = re.compile(rf"{TITLES}[.!?][\"')\]\u201d\u2019]*\s+(?=[\"'(\[\u201c\u2018]*[A-Z0-9])")
"""Between two sentences; an abbreviation before a name or number may look like an end."""

LONGEST = 320
"""Characters of a sentence that are shown around a word."""

CUT = "\u2026"

Span = tuple[int, int]


@dataclass(frozen=True)
class Passage:
    """Sentences of a text, and where in them the words stand (first character, character after the last).

    Marks are in order; those of several phrases may overlap.
    """

    text: str
    marks: tuple[Span, ...]


def passage(text: str, phrases: Sequence[str]) -> Passage | None:
    """The sentences of a text that say phrases, as few as say all that the text says; None where it says none.

    The words of a phrase stand beside each other in the text, whatever marks stand between them.
    """
    marks = {phrase: places for phrase in phrases if (places := _places(text, phrase))}
    if not marks:
        return None
    chosen: list[Span] = []
    wanted = set(marks)
    while wanted:
        best = max(_sentences(text), key=lambda sentence: len(_said(marks, sentence) & wanted))
        said = _said(marks, best) & wanted
        if not said:
            # What runs over the end of a sentence is shown as it stands.
            phrase = wanted.pop()
            chosen.append(_around(text, marks[phrase][0]))
            continue
        wanted -= said
        chosen.append(_cut(text, best, [span for phrase in said for span in _inside(marks[phrase], best)]))
    return _joined(text, sorted(chosen), sorted({span for places in marks.values() for span in places}))


def says(text: str, phrase: str) -> bool:
    """A text says a phrase."""
    return bool(_places(text, phrase))


def words_of(text: str) -> list[str]:
    """The words of a text: lower case, without accents."""
    return [word for word, _ in _words(text)]


def _words(text: str) -> list[tuple[str, Span]]:
    folded, origin = _folded(text)
    return [(found[0], (origin[found.start()], origin[found.end() - 1] + 1)) for found in WORD.finditer(folded)]


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """A text in lower case without accents, and the place in the text that each of its characters comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    pieces = [
        "".join(part for part in unicodedata.normalize("NFD", mark) if not unicodedata.combining(part)).lower()
        for mark in text
    ]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def _places(text: str, phrase: str) -> list[Span]:
    wanted, words = words_of(phrase), _words(text)
    told = [word for word, _ in words]
    return [
        (words[place][1][0], words[place + len(wanted) - 1][1][1])
        for place in range(len(told) - len(wanted) + 1)
        if wanted and told[place : place + len(wanted)] == wanted
    ]


def _sentences(text: str) -> list[Span]:
    borders = [0, *(found.end() for found in BREAK.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(borders) if start < end]


def _inside(places: list[Span], sentence: Span) -> list[Span]:
    return [span for span in places if sentence[0] <= span[0] and span[1] <= sentence[1]]


def _said(marks: dict[str, list[Span]], sentence: Span) -> set[str]:
    return {phrase for phrase, places in marks.items() if _inside(places, sentence)}


def _cut(text: str, sentence: Span, spans: list[Span]) -> Span:
    """A sentence, or where it is long the part of it that is around its words."""
    start, end = sentence
    if end - start <= LONGEST:
        return sentence
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    around = _around(text, (first, min(last, first + LONGEST)))
    return max(start, around[0]), min(end, around[1])


def _around(text: str, span: Span) -> Span:
    """The text around a span, from a space to a space."""
    room = max(0, LONGEST - (span[1] - span[0])) // 2
    start = text.find(" ", max(0, span[0] - room), span[0]) + 1 if span[0] > room else 0
    end = text.rfind(" ", span[1], span[1] + room) if span[1] + room < len(text) else len(text)
    return start or (span[0] if span[0] > room else 0), end if end > span[1] else span[1]


def _joined(text: str, pieces: list[Span], marks: list[Span]) -> Passage:
    """Pieces of a text with signs where something is left out between them or of a sentence."""
    merged: list[Span] = []
    for start, end in pieces:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    begins, ends = {start for start, _ in _sentences(text)}, {end for _, end in _sentences(text)}
    said, shifted = "", []
    for start, end in merged:
        piece = text[start:end].rstrip()
        lead = ("" if not said else " ") + ("" if start in begins else f"{CUT} ")
        shift = len(said) + len(lead) - start
        shifted += [
            (first + shift, last + shift) for first, last in marks if start <= first and last <= start + len(piece)
        ]
        said += lead + piece + ("" if end in ends else f" {CUT}")
    return Passage(said, tuple(shifted))
