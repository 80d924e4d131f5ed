"""Printed lines as running text: page furniture left out, breaks within words and dates undone, lines joined.

Belongs here: what makes a line a piece of a paragraph. Does not belong here: which paragraph it belongs to
(`imr_etl.parse.templates`, `imr_etl.parse.items`).
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.ingest.characters import SOFT_HYPHEN
from imr_etl.ingest.text import LINE_HEIGHT
from imr_etl.parse import patterns
from imr_etl.vocabulary import code_table, code_table_names

PREFIXES: Final = ("anti", "inter", "multi", "non", "over", "peri", "post", "pre", "self", "semi", "sub", "under")
"""Prefixes that words of medicine join with a hyphen."""

DECISION_LENGTH: Final = 48
"""Characters of a decision at a line's end, with what stands before it: " IMR determination is: Overturned."."""

DECISION_WORDS: Final = ["upheld", "overturn", "uphold", "modifi", "withdraw", "dismiss"]
LABEL_WORDS: Final = ["guideline", "citation", "rationale", "claims admin", "reviewer", "regarding"]
"""One of them stands in every line that opens a part of an item."""

USUAL: Final = 0.2
"""The quantile of a letter's distances between lines that is taken as the usual distance."""

WIDE: Final = 1.5
"""How many usual distances a blank space has at least."""

EDGE = 3
"""Lines at the top and at the foot of a page that may be furniture."""

NO_STAMP = f"{patterns.FURNITURE}|{patterns.HEADER_LINE}|{patterns.DECISION_AT_END}"

SAME_HEIGHT = 3.0
"""Points by which the height of a stamp differs from page to page."""


def without_furniture(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines without page numbers and running heads."""
    return lines.filter(~is_furniture())


def is_furniture() -> pl.Expr:
    """Check whether a line is the first or last of its page and says only its number and the case's.

    Is evaluated over whole pages.
    """
    ends_page = (pl.col("page") != pl.col("page").shift(-1)) | (pl.col("sha256") != pl.col("sha256").shift(-1))
    starts_page = (pl.col("page") != pl.col("page").shift(1)) | (pl.col("sha256") != pl.col("sha256").shift(1))
    is_edge = starts_page.fill_null(value=True) | ends_page.fill_null(value=True)
    return pl.when(is_edge).then("text").str.contains(patterns.FURNITURE).fill_null(value=False)


def without_stamps(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines without Bates numbers, stamps and what fax machines print at the edge of each page.

    A stamp stands at one edge of every page of a letter, at the same height, and differs in numbers only. A letter of
    one page gives no evidence. What a header or a request says may be the same on each page. Page numbers stay.
    """
    for from_foot in (False, True):
        lines = _without_stamps(lines, from_foot=from_foot)
    return lines


def _without_stamps(lines: pl.DataFrame, *, from_foot: bool) -> pl.DataFrame:
    step = -1 if from_foot else 1
    ends = (pl.col("page") != pl.col("page").shift(step)) | (pl.col("sha256") != pl.col("sha256").shift(step))
    row = pl.int_range(pl.len())
    edge = pl.when(ends.fill_null(value=True)).then(row)
    rank = ((edge.backward_fill() if from_foot else edge.forward_fill()) - row).abs()
    numbered = lines.with_row_index("row").with_columns(rank=rank)
    text, top = pl.col("text"), pl.col("top")
    # In plain text only the height of a page's first lines is known.
    is_at_one_height = (top.max() - top.min() < SAME_HEIGHT) & (
        pl.lit(not from_foot) | pl.col("x0").is_not_null().all()
    )
    is_numbered = text.n_unique() > 1
    letters = lines.group_by("sha256").agg(pages=pl.col("page").n_unique()).filter(pl.col("pages") > 1)
    stamps = (
        numbered.filter(pl.col("rank") < EDGE)
        .join(letters, on="sha256")
        .group_by("sha256", "rank")
        .agg(
            "row",
            is_stamp=(pl.len() == pl.col("pages").first())
            & (text.str.replace_all(r"\d+", "#").n_unique() == 1)
            & (is_at_one_height | (is_numbered & pl.col("x0").is_null().all()))
            & ~text.str.contains(NO_STAMP).any(),
        )
        .filter("is_stamp")
    )
    rows = stamps.get_column("row").explode()
    return numbered.filter(~pl.col("row").is_in(rows.implode())).drop("row", "rank")


def with_signs(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with what several steps look for in each of them.

    `is_before_space`: more than the usual distance lies between the line and the next one of its page.
    `has_label_word`: it holds one of LABEL_WORDS. `may_decide`: its end holds one of DECISION_WORDS.
    """
    text = pl.col("text")
    is_same = (pl.col("sha256") == pl.col("sha256").shift(-1)) & (pl.col("page") == pl.col("page").shift(-1))
    gaps = lines.with_columns(gap=pl.when(is_same).then(pl.col("top").shift(-1) - pl.col("top")))
    usual = gaps.filter(pl.col("gap") > 0).group_by("sha256").agg(usual=pl.col("gap").quantile(USUAL))
    is_plain = pl.col("is_bold").is_null()
    return (
        gaps.join(usual, on="sha256", how="left", maintain_order="left")
        .with_columns(
            is_before_space=pl.col("gap") > WIDE * pl.when(is_plain).then(LINE_HEIGHT).otherwise("usual"),
            has_label_word=text.str.contains_any(LABEL_WORDS, ascii_case_insensitive=True),
            may_decide=text.str.tail(DECISION_LENGTH).str.contains_any(DECISION_WORDS, ascii_case_insensitive=True),
        )
        .with_columns(pl.col("is_before_space").fill_null(value=False))
        .drop("gap", "usual")
    )


def with_pieces(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with `piece`: the text as it adjoins the next line, with a space, with its hyphen, or without it.

    A hyphen at a line's end separates the halves of a word when the word without it stands elsewhere in the letter and
    the word with it does not ("guide-" "lines"), or when a code table has the word and not its second half ("Rehabili-"
    "tation"); else it is a hyphen of the word ("follow-" "up"). A soft hyphen always separates the halves of a word. A
    slash between digits is one of a date or a fraction ("10/14/" "2016").
    """
    lines = lines.with_row_index("row")
    followed = lines.with_columns(
        next_text=pl.when(pl.col("sha256") == pl.col("sha256").shift(-1)).then(pl.col("text").shift(-1))
    )
    hyphened = (
        followed.filter(pl.col("text").str.ends_with("-"))
        .select(
            "row",
            "sha256",
            left=pl.col("text").str.extract(patterns.HYPHEN_AT_END).str.to_lowercase(),
            right=pl.col("next_text").str.extract(patterns.WORD_AT_START).str.to_lowercase(),
        )
        .drop_nulls(["left", "right"])
    )
    letters = (
        lines.join(hyphened, on="sha256", how="semi")
        .group_by("sha256")
        .agg(letter="text")
        .with_columns(pl.col("letter").list.join(" ").str.to_lowercase())
    )
    whole = pl.col("left") + pl.col("right")
    stands = pl.col("letter").str.contains(whole, literal=True)
    stands_hyphened = pl.col("letter").str.contains(pl.col("left") + "-" + pl.col("right"), literal=True)
    is_known = (
        whole.is_in(_known_words().implode())
        & ~pl.col("right").is_in(_known_words().implode())
        & ~pl.col("left").is_in(PREFIXES)
    )
    split = (
        hyphened.join(letters, on="sha256", maintain_order="left")
        .filter((stands | is_known) & ~stands_hyphened)
        .get_column("row")
    )
    slashed = followed.filter(pl.col("text").str.ends_with("/")).filter(
        pl.col("text").str.contains(patterns.SLASH_AT_END) & pl.col("next_text").str.contains(patterns.DIGIT_AT_START)
    )
    row = pl.col("row")
    adjoins = row.is_in(pl.concat([hyphened["row"], slashed["row"]]).implode())
    return lines.with_columns(
        piece=pl.when(row.is_in(split.implode()))
        .then(pl.col("text").str.strip_suffix("-"))
        .when(pl.col("text").str.ends_with(SOFT_HYPHEN))
        .then(pl.col("text").str.strip_suffix(SOFT_HYPHEN))
        .otherwise(pl.col("text") + pl.when(adjoins).then(pl.lit("")).otherwise(pl.lit(" ")))
    ).drop("row")


@cache
def _known_words() -> pl.Series:
    """Return the words of all code tables, in small letters."""
    texts = (
        code_table(name).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True))
        for name in code_table_names()
    )
    words = pl.concat(text.to_series().str.to_lowercase().str.extract_all(r"\p{L}{2,}").explode() for text in texts)
    return words.drop_nulls().unique()


def joined(pieces: str) -> pl.Expr:
    """Return the running text of a column that holds a group's pieces as a list; null where there is none.

    Joining a list costs a sixth of joining the pieces while they are grouped.
    """
    text = pl.col(pieces).list.join("").str.strip_chars()
    return pl.when(text != "").then(text).alias(pieces)
