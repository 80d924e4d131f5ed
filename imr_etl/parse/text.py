"""Printed lines as running text: page furniture left out, breaks within words and dates undone, lines joined.

Belongs here: what makes a line a piece of a paragraph. Does not belong here: which paragraph it belongs to
(`imr_etl.parse.templates`, `imr_etl.parse.items`).
"""

import polars as pl

from imr_etl.parse import patterns


def without_furniture(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines but page numbers and running heads: the first or last line of a page that says nothing else."""
    ends_page = (pl.col("page") != pl.col("page").shift(-1)) | (pl.col("sha256") != pl.col("sha256").shift(-1))
    is_edge = (pl.col("line") == 1) | ends_page.fill_null(value=True)
    is_furniture = is_edge & pl.col("text").str.contains(patterns.FURNITURE)
    return lines.filter(~is_furniture)


def with_pieces(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with `piece`: the text as it adjoins the next line, with a space, with its hyphen, or without it.

    A hyphen at a line's end parts a word when the word without it stands elsewhere in the letter and the word with it
    does not ("guide-" "lines"); else it is a hyphen of the word ("follow-" "up"). A slash between digits is one of a
    date or a fraction ("10/14/" "2016").
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
        .otherwise(pl.col("text") + pl.when(adjoins).then(pl.lit("")).otherwise(pl.lit(" ")))
    ).drop("row")


def joined(pieces: str) -> pl.Expr:
    """The running text of a column that holds a group's pieces as a list; null where there is none.

    Joining a list costs a sixth of joining the pieces while they are grouped.
    """
    text = pl.col(pieces).list.join("").str.strip_chars()
    return pl.when(text != "").then(text).alias(pieces)
