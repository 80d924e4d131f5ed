"""Lines as the letter prints them, where a program that converted it to text wrote others.

Belongs here: what such programs do to lines: marks of Markdown and HTML, a heading or a label glued to the text beside
it, a paragraph or a whole letter in one line. Does not belong here: characters (`imr_etl.ingest`), and what a heading
or a label opens (`imr_etl.parse.templates`, `imr_etl.parse.items`).

A line that is divided gives several lines of the same page, line number and place.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.templates import TEMPLATES
from imr_etl.parse.text import joined, with_pieces

MARK: Final = "\x1e"

LONG_LINE: Final = 160
"""Characters that no printed line has: a line of more is a paragraph."""

# "## CLINICAL CASE SUMMARY", "**MAXIMUS guideline:** ...", "Norco \#60", "<b>"
HAS_MARKUP: Final = (
    r"^#{1,6}\s+\p{L}|\*\*\S|\b__[^_\s]|[^_\s]__\b|\\[#*_()\[\].-]|</?(?:b|strong|p|br|h\d|td|tr)\b[^>]{0,80}>"
)
# "***", "| --- | --- |"
RULE: Final = r"^[|\s]*(?:[-*_=:]\s*){3,}[|\s:-]*$"
MARKUP: Final = (
    (r"(?i)</?(?:b|strong|i|em|u|p|br|h\d|div|span|table|tbody|td|th|tr|ul|ol|li)\b[^>]{0,80}>", " "),
    ("&nbsp;", " "),
    ("&amp;", "&"),
    (r"^(?:>\s*)+", ""),
    (r"^#{1,6}\s+|\s+#{1,6}$", ""),
    (r"^[-*+]\s+", ""),
    (r"\*\*|\b__|__\b|__$|^__", ""),
    (r"(^|[\s(])[*_](\S[^*_]*)[*_]($|[\s).,:;])", "${1}${2}${3}"),
    (r"\|", " "),
    (r"\\([\\`*_{}\[\]()#+.!>~|-])", "${1}"),
    (r"\s+", " "),
)
"""Marks of Markdown and HTML, and what stands for them in the letter."""

# "MAXIMUS guideline: ", "Decision rationale: " within a line
LABEL: Final = (
    r"\b((?:The )?(?:Claims Administrator|MAXIMUS|IMR|(?:Expert|Physician) Reviewer)(?:['\u2019]s)? "
    r"[Gg]uideline(?:s|\s?\(s\))?\s*:|"
    r"(?:(?:The )?(?:Expert|Physician) Reviewer['\u2019]s )?[Dd]ecision [Rr]ationale\s*:|\bRationale for the Decision:)"
)
# "Norco: Upheld The use of ..."
DECISION: Final = r"([:\u2013\u2014-]\s*(?:Upheld|Overturned)\.?)\s+(\p{Lu})"
# "... items/services set forth below: Norco ..."
INTRODUCTION: Final = r"(\b(?:set forth below|were in dispute)\s?:)\s+"
# "... appropriate. The Claims Administrator based ..."
SENTENCE_OF_LETTER: Final = (
    rf"([.)]\s+)(The Claims Administrator (?:based|did not|cited|relied|used)|{patterns.REVIEWER_SAYS})\b"
)
# "... appropriate. 2) MAXIMUS ... has determined", "... 2. The request for ..."
NUMBERED_REQUEST: Final = (
    r"\s(\(?\d{1,2}\s?[.)]\s+(?:MAXIMUS\b|(?:The\s+)?(?:\p{Ll}+\s+)?[Rr]equests?\s+for\b|Regarding the request))"
)
# "... was not shown. Norco 10/325mg ..."; not "Dr. Roe", "vs. rest", "No. 3". A number that stands alone between two
# sentences belongs to the second one.
SENTENCE: Final = r"((?:\p{Ll}{3}|[\d)\u201d\"])[.?!][\"\u201d\u2019)]*)\s+([\p{Lu}\d(])"


def without_markup(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines of plain text without the marks of Markdown and HTML; lines of nothing else are left out."""
    text = pl.col("text")
    plain = lines.filter(pl.col("is_bold").is_null())
    marked = plain.filter(text.str.contains(HAS_MARKUP)).select(pl.col("sha256").unique())
    is_marked = pl.col("sha256").is_in(marked["sha256"].implode()) & pl.col("is_bold").is_null()
    if marked.is_empty():
        return lines
    bare = text
    for pattern, replacement in MARKUP:
        bare = bare.str.replace_all(pattern, replacement)
    return (
        lines.with_columns(is_marked=is_marked)
        .filter(~(pl.col("is_marked") & text.str.contains(RULE)))
        .with_columns(pl.when("is_marked").then(bare.str.strip_chars()).otherwise(text))
        .filter(text != "")
        .drop("is_marked")
    )


def with_line_breaks(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines, with those divided that hold more than one line of a letter.

    A heading in capital letters is a line of its own, in a font that is not known where text stands beside it. In plain
    text a label, a decision and a numbered request begin or end a line, where lines are whole paragraphs or the letter
    was wrapped again without regard to its paragraphs; there each sentence is a line too.
    """
    text = pl.col("text")
    lines = _with_glued_lines(lines).with_row_index("row")
    # Two filters: few lines hold a heading, fewer hold more beside it.
    several = lines.filter(pl.col("is_glued") | text.str.contains_any(list(_headings_in_capitals()))).filter(
        pl.col("is_glued") | ~text.str.contains(f"^{_heading()}$")
    )
    if several.is_empty():
        return lines.drop("row", "is_glued")
    divided = text
    for pattern, replacement in (
        (rf"\s+{LABEL}", f"{MARK}${{1}}"),
        (DECISION, f"${{1}}{MARK}${{2}}"),
        (INTRODUCTION, f"${{1}}{MARK}"),
        (SENTENCE_OF_LETTER, f"${{1}}{MARK}${{2}}"),
        (NUMBERED_REQUEST, f"{MARK}${{1}}"),
        (_titled_heading(), f"{MARK}${{1}}{MARK}"),
        (SENTENCE, f"${{1}}{MARK}${{2}}"),
        (rf"(^|{MARK})(\(?\d{{1,2}}[.)]){MARK}", "${1}${2} "),
    ):
        divided = divided.str.replace_all(pattern, replacement)
    pieces = (
        several.with_columns(pl.when("is_glued").then(divided).otherwise(text))
        .with_columns(text.str.replace_all(_heading(), f"{MARK}${{1}}{MARK}").str.split(MARK))
        .with_columns(is_divided=text.list.len() > 1)
        .explode("text")
        .with_columns(text.str.strip_chars())
        .filter(text != "")
        # The font of a line is that of most of it, not that of a heading in it.
        .with_columns(is_bold=pl.when(~(pl.col("is_divided") & text.str.contains(f"^{_heading()}$"))).then("is_bold"))
    )
    whole = lines.join(several, on="row", how="anti", maintain_order="left")
    return pl.concat([whole, pieces.drop("is_divided")]).sort("row", maintain_order=True).drop("row", "is_glued")


def _with_glued_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `is_glued`: lines that hold paragraphs. A page whose labels stand within its lines becomes one line."""
    text = pl.col("text")
    is_plain = pl.col("is_bold").is_null()
    plain = lines.filter(is_plain)
    within = plain.filter(text.str.contains(rf"\S\s+{LABEL}")).group_by("sha256").agg(within=pl.len())
    at_start = plain.filter(text.str.contains(f"^{LABEL}")).group_by("sha256").agg(at_start=pl.len())
    wrapped = within.join(at_start, on="sha256", how="left").filter(pl.col("within") > pl.col("at_start").fill_null(0))
    is_wrapped = pl.col("sha256").is_in(wrapped["sha256"].implode())
    is_long = is_plain & (text.str.len_chars() > LONG_LINE)
    if wrapped.is_empty():
        return lines.with_columns(is_glued=is_long)
    pages = (
        with_pieces(lines.filter(is_wrapped))
        .group_by("sha256", "page", maintain_order=True)
        .agg(pl.all().exclude("text", "piece").first(), text="piece")
        .with_columns(joined("text"))
        .select(lines.columns)
    )
    return (
        pl.concat([lines.filter(is_wrapped.not_()), pages])
        .sort("sha256", "page", "line")
        .with_columns(is_glued=is_long | is_wrapped)
    )


@cache
def _headings_in_capitals() -> tuple[str, ...]:
    """Return the headings of all templates that are printed in capital letters, the longest first."""
    headings = {heading for template in TEMPLATES for heading in template.headings if heading.isupper()}
    return tuple(sorted(headings, key=lambda heading: (-len(heading), heading)))


@cache
def _heading() -> str:
    """Build the pattern of a heading in capital letters within a line."""
    return rf"((?:{_any_of(_headings_in_capitals())})\s*:?)"


@cache
def _titled_heading() -> str:
    """Build the pattern of a heading in small letters with its colon, within a line."""
    headings = {heading for template in TEMPLATES for heading in template.headings if not heading.isupper()}
    return rf"\b((?:{_any_of(tuple(sorted(headings, key=len, reverse=True)))})\s*:)"


def _any_of(texts: tuple[str, ...]) -> str:
    escaped = pl.Series(texts).str.escape_regex().str.replace_all(" ", r"\s+", literal=True)
    return "|".join(escaped)
