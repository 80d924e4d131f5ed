"""What one letter gives when it is read: its lines, column by column, and what went wrong.

Belongs here: the plain values that cross from the reading process to the run. Does not belong here: reading itself
(`imr_etl.ingest.pdf`, `imr_etl.ingest.text`). This module and those import neither polars nor anything slow: every
reading process loads them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from imr_etl.ingest.characters import normalize_characters

Line = tuple[str, bool | None, float | None, float]
"""A printed line: its text, whether it is bold, its left edge, its height."""


CONTROLS = re.compile("[\x00-\x01\x03-\x1f\x7f-\x9f]")
"""Control characters but for \\x02, pdfium's hyphen: damaged files have them, and a terminal obeys them."""


def folded(line: str) -> str:
    """Return a line with normalized characters and single blanks for white space, without control characters."""
    line = " ".join(normalize_characters(line).split())
    return line if line.isprintable() else CONTROLS.sub("", line).strip()


class UnreadableLetterError(Exception):
    """A letter that cannot be read. `code` is one of `imr_etl.problems.PROBLEM_CODES`."""

    def __init__(self, code: str, excerpt: str, *, lacks_recognition: bool = False) -> None:
        """Take the problem's code and a sentence that says what is wrong with this file."""
        super().__init__(excerpt)
        self.code = code
        self.excerpt = excerpt
        self.lacks_recognition = lacks_recognition


class Finding(NamedTuple):
    """What is wrong with a letter that was read: a code of `imr_etl.problems.PROBLEM_CODES`, a page, a sentence."""

    code: str
    page: int | None
    excerpt: str


@dataclass
class LetterLines:
    """The printed lines of a letter, one list a column, and how the letter was read.

    `code` and `excerpt` say why a letter has no lines, `findings` what is wrong with those of a letter that has some.
    `lacks_recognition`: it has pages that are pictures, and no program is installed that reads them.
    """

    page_count: int = 0
    extractor: str = ""
    code: str | None = None
    excerpt: str | None = None
    lacks_recognition: bool = False
    findings: list[Finding] = field(default_factory=list)
    page: list[int] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    is_bold: list[bool | None] = field(default_factory=list)
    x0: list[float | None] = field(default_factory=list)
    top: list[float] = field(default_factory=list)
    read_by: list[str] = field(default_factory=list)

    def add_page(self, extractor: str, lines: Sequence[Line]) -> None:
        """Append the lines of the next page, (text, is_bold, x0, top) each, without empty ones."""
        self.page_count += 1
        count = len(lines)
        self.page += [self.page_count] * count
        self.line += range(1, count + 1)
        self.read_by += [extractor] * count
        if lines:
            text, is_bold, x0, top = zip(*lines, strict=True)
            self.text += text
            self.is_bold += is_bold
            self.x0 += x0
            self.top += top

    @classmethod
    def unreadable(cls, problem: UnreadableLetterError) -> "LetterLines":
        """Return a letter without lines, for the reason that a problem gives."""
        return cls(code=problem.code, excerpt=problem.excerpt, lacks_recognition=problem.lacks_recognition)
