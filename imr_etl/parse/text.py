"""Printed lines as running text: what is no part of the text left out, hyphens at line ends undone, lines joined.

Belongs here: what makes a line a piece of a paragraph. Does not belong here: which paragraph it belongs to
(`imr_etl.parse.sections`, `imr_etl.parse.items`).
"""

import polars as pl

from imr_etl.parse import patterns


def without_furniture(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines but page numbers and running heads: the first or last line of a page that says nothing else."""
    is_edge = (pl.col("line") == 1) | (pl.col("page") != pl.col("page").shift(-1)).fill_null(value=True)
    is_furniture = is_edge & pl.col("text").str.contains(patterns.FURNITURE)
    return lines.filter(~is_furniture)


def with_pieces(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with `piece`: the text as it adjoins the next line, with a space, with its hyphen, or without it.

    A hyphen at a line's end parts a word when the word without it stands elsewhere in the letter and the word with it does
    not ("guide-" "lines"); else it is a hyphen of the word ("follow-" "up").
    """
    next_text = pl.col("text").shift(-1)
    is_parted = (
        pl.col("text").str.ends_with("-")
        & pl.col("text").str.contains(patterns.HYPHEN_AT_END)
        & next_text.str.contains(patterns.WORD_AT_START)
        & (pl.col("sha256") == pl.col("sha256").shift(-1))
    ).fill_null(value=False)
    lines = lines.with_columns(is_parted=is_parted, next_text=next_text).with_row_index("row")
    parted = lines.filter("is_parted").select(
        "row",
        "sha256",
        left=pl.col("text").str.extract(patterns.HYPHEN_AT_END).str.to_lowercase(),
        right=pl.col("next_text").str.extract(patterns.WORD_AT_START).str.to_lowercase(),
    )
    letters = (
        lines.join(parted, on="sha256", how="semi")
        .group_by("sha256")
        .agg(letter=pl.col("text").str.join(" ").str.to_lowercase())
    )
    split_words = (
        parted.join(letters, on="sha256")
        .filter(
            pl.col("letter").str.contains(pl.col("left") + pl.col("right"), literal=True)
            & ~pl.col("letter").str.contains(pl.col("left") + "-" + pl.col("right"), literal=True)
        )
        .get_column("row")
    )
    is_split = pl.col("row").is_in(split_words.implode())
    return lines.with_columns(
        piece=pl.when(is_split)
        .then(pl.col("text").str.strip_suffix("-"))
        .when("is_parted")
        .then("text")
        .otherwise(pl.col("text") + " ")
    ).drop("row", "is_parted", "next_text")


def joined() -> pl.Expr:
    """The running text of the lines of a group; null where there is none."""
    text = pl.col("piece").str.join("").str.strip_chars()
    return pl.when(text != "").then(text)
