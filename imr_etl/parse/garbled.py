"""Words of the letters' layout as they are printed, in lines that a program recognized in a picture.

Belongs here: headings, labels, decisions, case numbers and dates of the header that such a program garbles. They are
few and known, so that text that is nearly one of them is taken for it. Does not belong here: any other word. What is
garbled in a request stays as it was recognized, and the letter has its problem row.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache

import polars as pl

from imr_etl.parse.templates import TEMPLATES
from imr_etl.vocabulary import code_table, code_table_names

RECOGNIZED = "tesseract"
"""The extractor of such lines."""

HEADER_LINES = 16
"""Lines at the top of a letter's first page that its header is among."""

HEADER_LABELS = (
    "Case Number:",
    "Date Assigned:",
    "Date of Injury:",
    "Decision Date:",
    "UR Denial Date:",
    "Priority:",
    "Application",
    "Received:",
)
HEADER_WORDS = (*HEADER_LABELS, "Standard", "Expedited")
STATES_LABEL = "State(s) of Licensure:"
LABELS = (
    "Claims Administrator guideline:",
    "MAXIMUS guideline:",
    "Decision rationale:",
    STATES_LABEL,
    "Certification(s)/Specialty:",
)
DECISIONS = ("Upheld", "Overturned")

LIKE_HEADER, LIKE_LABEL, LIKE_OPEN_LABEL, LIKE_DECISION, LIKE_STATE = 0.66, 0.8, 0.88, 0.75, 0.75
"""Shares of characters that must be the same, the fewer the fewer words there are to choose from. A label whose colon
was lost must be more like itself."""

LENGTH_OF_LABEL, LENGTH_OF_DECISION = 3, 1
"""Characters that a garbled label and a garbled decision have more or fewer."""

LONGEST_LABEL = 4
"""Words of a label of the header."""

LIKE_DIGITS = str.maketrans("OoQDlI|!iSsBZz", "00001111155822")
LIKE_DIGIT = r"[0-9OoQDlI|!iSsBZz]"
DATE = re.compile(rf"(?<![\w/]){LIKE_DIGIT}{{1,2}}/{LIKE_DIGIT}{{1,2}}/{LIKE_DIGIT}{{4}}(?![\w/])")
CASE_NUMBER = re.compile(rf"(?<!\w)\W?[CG(\[]?M({LIKE_DIGIT}{{2}})[-\u2013\u2014.]({LIKE_DIGIT}{{7}})(?!\w)")
VALUE = re.compile(r"CM\d\d-\d{7}|\d{1,2}/\d{1,2}/\d{4}")
LAST_WORD = re.compile(
    r"^(.*?)(\s*[:;.,]|\bis|\s[-\u2013\u2014]|^)?\s*([\w|!\[\]{}]{4,12})[\s.,'\u2018\u2019\"_|:;-]*$"
)
CAPITALS = re.compile(r"(?<![\w/])[A-Z]{3,6}[I/]{1,2}[A-Z]{3,6}(?![\w/])")
STROKES = re.compile(r"I/|/I|I")
SPELLED = str.maketrans("0135|!", "oiesll")


def with_layout_words(lines: pl.DataFrame) -> pl.DataFrame:
    """Return `letter_lines` in which recognized lines have the layout's words as they are printed."""
    recognized = lines.select((pl.col("extractor") == RECOGNIZED).arg_true()).to_series()
    if recognized.is_empty():
        return lines
    found = lines[recognized]
    is_top = (found["page"] == 1) & (found["line"] <= HEADER_LINES)
    texts = [layout_words(text, is_top=top) for text, top in zip(found["text"], is_top, strict=True)]
    return lines.with_columns(lines["text"].scatter(recognized, texts))


def layout_words(text: str, *, is_top: bool) -> str:
    """Return a line with its garbled heading, label or decision, at the top of a letter its header, as printed."""
    if heading := _nearest(_alphabetic(text), _headings(), LIKE_LABEL):
        return heading
    if is_top and (cells := _header_cells(text)):
        return cells
    text = _with_states(CAPITALS.sub(lambda found: _with_slash(found[0]), _with_label(text)))
    return _with_decision(text)


def _header_cells(text: str) -> str | None:
    """Return the labels and values of a line of the header; None where it has none of both."""
    text = CASE_NUMBER.sub(lambda found: f"CM{_digits(found[1])}-{_digits(found[2])}", text)
    text = DATE.sub(lambda found: _digits(found[0]), text)
    cells: list[str] = []
    end = 0
    for value in [*VALUE.finditer(text), None]:
        cells += _header_words(text[end : value.start() if value else None].split())
        if value:
            cells.append(value[0])
            end = value.end()
    joined = " ".join(cells)
    labels = [cell for cell in cells if cell in HEADER_LABELS]
    is_all = 2 * len(_alphabetic(joined)) >= len(_alphabetic(text))
    # "Application" is a word of sentences, too.
    has_pair = VALUE.search(joined) and labels != ["Application"]
    return joined if labels and (has_pair or is_all) else None


def _header_words(words: Sequence[str]) -> Iterator[str]:
    """Return the words of the header that stand in a row of words, from left to right; other words are left out."""
    start = 0
    while start < len(words):
        best = max(
            (_likeness(_alphabetic("".join(words[start:end])), word), end, word)
            for end in range(start + 1, min(start + LONGEST_LABEL, len(words)) + 1)
            for word in HEADER_WORDS
        )
        likeness, end, word = best
        if likeness >= LIKE_HEADER:
            yield word
            start = end
        else:
            start += 1


def _with_label(text: str) -> str:
    """Return a line with the label at its beginning as it is printed."""
    words = text.split()
    for label in LABELS:
        count = len(label.split())
        for taken in (count, count + 1, count - 1):
            begin, behind = " ".join(words[:taken]), "".join(words[taken : taken + 1])
            is_closed = begin.endswith((":", ";"))
            least = LIKE_LABEL if is_closed else LIKE_OPEN_LABEL
            is_label = taken and (is_closed or behind[:1].isupper()) and _likeness(_alphabetic(begin), label) >= least
            if is_label and abs(len(_alphabetic(begin)) - len(_alphabetic(label))) <= LENGTH_OF_LABEL:
                return " ".join([label, *words[taken:]])
    return text


def _with_decision(text: str) -> str:
    """Put the decision at a line's end as it is printed, without stray marks after it."""
    found = LAST_WORD.match(text)
    if not found or found[2] is None:
        return text
    characters = _alphabetic(found[3].translate(SPELLED))
    decision = _nearest(characters, DECISIONS, LIKE_DECISION)
    if not decision or abs(len(characters) - len(decision)) > LENGTH_OF_DECISION:
        return text
    # A sentence of a rationale may say what was decided.
    if found[2].strip() == "is" and found[3][0].islower():
        return text
    mark = ":" if found[2].strip() in (":", ";", ".", ",") else found[2]
    return f"{found[1]}{mark} {decision}".strip()


def _with_states(text: str) -> str:
    """Return the line of a reviewer's licenses with the names of states as they are printed."""
    label, found, names = text.partition(STATES_LABEL)
    if label or not found:
        return text
    states = [_nearest(_alphabetic(name), _states(), LIKE_STATE) or name.strip() for name in names.split(",")]
    return f"{STATES_LABEL} {', '.join(states)}"


@cache
def _states() -> tuple[str, ...]:
    return tuple(code_table("states")["state"])


def _with_slash(word: str) -> str:
    """Return a word of capital letters with a slash that was read as an I or beside one: "EMGINCS" is "EMG/NCS"."""
    if word in _abbreviations():
        return word
    for stroke in STROKES.finditer(word):
        left, right = word[: stroke.start()], word[stroke.end() :]
        if left in _abbreviations() and right in _abbreviations():
            return f"{left}/{right}"
    return word


@cache
def _abbreviations() -> frozenset[str]:
    """Return the words of capital letters that stand in the code tables."""
    texts = (
        code_table(name).select(pl.concat_str(pl.all().cast(pl.String), separator=" ", ignore_nulls=True))
        for name in code_table_names()
    )
    words = pl.concat([text.to_series().str.extract_all(r"\b[A-Z]{3,6}\b").explode() for text in texts])
    return frozenset(words.drop_nulls())


@cache
def _headings() -> tuple[str, ...]:
    """Return the headings of all templates that are printed in capital letters."""
    return tuple({heading: None for template in TEMPLATES for heading in template.headings if heading.isupper()})


def _nearest(characters: str, choices: Sequence[str], least: float) -> str | None:
    """Return the choice that is most like some characters, if it is like enough."""
    likeness, choice = max((_likeness(characters, choice), choice) for choice in choices)
    return choice if likeness >= least else None


def _likeness(characters: str, words: str) -> float:
    """Return the share of characters that are the same in the same order."""
    wanted = _alphabetic(words)
    longer, shorter = max(len(characters), len(wanted)), min(len(characters), len(wanted))
    if not shorter or longer > 2 * shorter:
        return 0.0
    return SequenceMatcher(None, characters, wanted, autojunk=False).ratio()


def _alphabetic(text: str) -> str:
    return "".join(filter(str.isalpha, text)).upper()


def _digits(text: str) -> str:
    return text.translate(LIKE_DIGITS)
