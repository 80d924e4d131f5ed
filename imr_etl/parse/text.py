"""Printed lines as running text: page furniture left out, breaks within words and dates undone, lines joined.

Belongs here: what makes a line a piece of a paragraph. Does not belong here: which paragraph it belongs to
(`imr_etl.parse.templates`, `imr_etl.parse.items`).
"""

import polars as pl

from imr_etl.ingest.characters import SOFT_HYPHEN
from imr_etl.parse import patterns

EDGE = 3
"""Lines at the top and at the foot of a page that may be furniture."""

NO_STAMP = f"{patterns.HEADER_LINE}|{patterns.DECISION_AT_END}"

SAME_HEIGHT = 3.0
"""Points by which the height of a stamp differs from page to page."""


def without_furniture(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines without page numbers, running heads, stamps and what fax machines print at the edge of each page."""
    lines = _without_page_numbers(lines)
    for from_foot in (False, True):
        lines = _without_stamps(lines, from_foot=from_foot)
    return lines


def _without_page_numbers(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines but the first or last line of a page that is a page number or a running head and no more."""
    ends_page = (pl.col("page") != pl.col("page").shift(-1)) | (pl.col("sha256") != pl.col("sha256").shift(-1))
    is_edge = (pl.col("line") == 1) | ends_page.fill_null(value=True)
    is_furniture = is_edge & pl.col("text").str.contains(patterns.FURNITURE)
    return lines.filter(~is_furniture)


def _without_stamps(lines: pl.DataFrame, *, from_foot: bool) -> pl.DataFrame:
    """Lines but those that stand at one edge of every page of a letter, at the same height, and differ in numbers only.

    A letter of one page gives no evidence. What a header or a request says may be the same on each page.
    """
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


def with_pieces(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with `piece`: the text as it adjoins the next line, with a space, with its hyphen, or without it.

    A hyphen at a line's end parts a word when the word without it stands elsewhere in the letter and the word with it
    does not ("guide-" "lines"); else it is a hyphen of the word ("follow-" "up"). A soft hyphen always parts a word. A
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
    split = (
        hyphened.join(letters, on="sha256", maintain_order="left")
        .filter(
            pl.col("letter").str.contains(pl.col("left") + pl.col("right"), literal=True)
            & ~pl.col("letter").str.contains(pl.col("left") + "-" + pl.col("right"), literal=True)
        )
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


def joined(pieces: str) -> pl.Expr:
    """The running text of a column that holds a group's pieces as a list; null where there is none.

    Joining a list costs a sixth of joining the pieces while they are grouped.
    """
    text = pl.col(pieces).list.join("").str.strip_chars()
    return pl.when(text != "").then(text).alias(pieces)
