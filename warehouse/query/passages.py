"""The passages of a text that a search's words stand in, with the words marked.

Belongs here: marking, by the same reading of words as the index has. Does not belong here: which items are found
(`warehouse.query.search`), how a passage is shown (`imr_etl.cli.search`).
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from warehouse.build.search_index import COLUMNS, TOKENIZER

START, END, CUT = "\ue000", "\ue001", "\u2026"
"""Characters around a mark, which are removed from texts, and the sign of a cut."""

MARK = re.compile(f"{START}(.*?){END}", re.DOTALL)
WORDS_SHOWN = 48
WHOLE = "request"
"""The text that is shown whole."""

TEXTS = (*COLUMNS["item_texts"], *COLUMNS["letter_texts"])

Span = tuple[int, int]


@dataclass(frozen=True)
class Passage:
    """A part of a text, and where in it words stand: first character, character after the last, in order."""

    text: str
    marks: tuple[Span, ...]


def passages(texts: Mapping[str, str | None], match: str) -> dict[str, Passage]:
    """Cut out of each text the passage with most of the words that are searched for; texts without any are left out.

    Takes the texts by the name of their column in the index, and a search as FTS5 reads it.
    """
    return passages_of_each([texts], match)[0]


def passages_of_each(several: Sequence[Mapping[str, str | None]], match: str) -> list[dict[str, Passage]]:
    """Cut the passages out of the texts of several hits, as `passages` does."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(TEXTS)}, tokenize = '{TOKENIZER}')")
        values = [
            (place, *(re.sub(f"[{START}{END}]", "", texts.get(name) or "") for name in TEXTS))
            for place, texts in enumerate(several)
        ]
        database.executemany(
            f"INSERT INTO texts (rowid, {', '.join(TEXTS)}) VALUES (?, {', '.join('?' * len(TEXTS))})", values
        )
        cut = ", ".join(
            f"highlight(texts, {place}, '{START}', '{END}')"
            if name == WHOLE
            else f"snippet(texts, {place}, '{START}', '{END}', '{CUT}', {WORDS_SHOWN})"
            for place, name in enumerate(TEXTS)
        )
        found = {
            row: marked
            for row, *marked in database.execute(f"SELECT rowid, {cut} FROM texts WHERE texts MATCH ?", (match,))
        }
    return [
        {
            name: _passage(text)
            for name, text in zip(TEXTS, found.get(place, ()), strict=place in found)
            if START in text
        }
        for place in range(len(several))
    ]


def _passage(marked: str) -> Passage:
    pieces, marks, length = [], [], 0
    for place, piece in enumerate(MARK.split(marked)):
        if place % 2:
            marks.append((length, length + len(piece)))
        pieces.append(piece)
        length += len(piece)
    return Passage("".join(pieces), tuple(marks))
