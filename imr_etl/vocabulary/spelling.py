"""Typos: which word of the code tables a misspelled word of a request is.

Belongs here: words that have one character too many, one too few or two exchanged. Does not belong here: one
character in place of another, which turns too many words into others ("wearing", "weaning"), misspellings of short
words, and those with several typos; the code tables list those that occur.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.vocabulary import SEPARATOR, code_table, find_terms, words

TABLES: Final = (
    "treatments",
    "drugs",
    "drug_modifiers",
    "dosage_forms",
    "body_regions",
    "session_words",
    "number_words",
    "prescription_words",
    "retrospective_words",
)
"""The code tables whose words a request is made of."""

LEAST: Final = 7
"""Characters of the longer of two words: shorter ones are one typo away from too many others."""


def find_in_requests(frame: pl.DataFrame, text: str, table: str, *keys: str) -> pl.DataFrame:
    """Find the terms of a code table as `find_terms` does, also where a typo misspells them."""
    return find_terms(frame, text, table, *keys, reader=corrected)


def corrected(texts: pl.Series) -> pl.Series:
    """Correct misspelled tokens of texts that `words` made; every token keeps its place."""
    slips = corrections(texts.str.split(" ").explode())
    if slips.is_empty():
        return texts
    wrong, right = slips.select(pl.format(" {} ", name) for name in ("token", "correction")).get_columns()
    return texts.str.replace_many(wrong.to_list(), right.to_list(), leftmost=True)


def corrections(tokens: pl.Series) -> pl.DataFrame:
    """Find the words of the code tables that misspelled tokens are: token, correction.

    A token has a correction where no code table has it and exactly one of their words, which begins with the same
    character, is one typo away.
    """
    known, variants = _dictionary()
    strange = pl.DataFrame({"token": tokens.unique()}).filter(_is_long()).join(known, on="token", how="anti")
    found = _variants(strange).join(variants, on="variant", suffix="_known")
    places = pl.col("place"), pl.col("place_known")
    # Without the same character, at neighboring places, two words differ by an exchange if the characters are the same.
    is_exchange = (
        ((places[0] - places[1]).abs() == 1)
        & (pl.col("left_out") == pl.col("left_out_known"))
        & (pl.col("token").str.len_chars() >= LEAST)
    )
    is_one_longer = places[0].is_null() ^ places[1].is_null()
    return (
        found.filter(is_one_longer | is_exchange)
        .filter(pl.col("token").str.head(1) == pl.col("token_known").str.head(1))
        .group_by("token")
        .agg(correction=pl.col("token_known").unique())
        .filter(pl.col("correction").list.len() == 1)
        .with_columns(pl.col("correction").list.first())
    )


@cache
def _dictionary() -> tuple[pl.DataFrame, pl.DataFrame]:
    """List every token of the code tables, and the variants of the long ones that are spelled right."""
    tables = [code_table(name) for name in TABLES]
    right, all_ = (
        pl.concat(
            table.select(text=pl.concat_str(table.columns[0], *columns, separator=SEPARATOR, ignore_nulls=True))
            for table in tables
        )
        .select(token=words(pl.col("text")).str.strip_chars(" ").str.split("  "))
        .explode("token")
        .unique()
        for columns in (["aliases"], ["aliases", "misspellings"])
    )
    return all_, _variants(right.filter(_is_long()))


def _is_long() -> pl.Expr:
    return pl.col("token").str.contains(rf"^\p{{L}}{{{LEAST - 1},}}$")


def _variants(tokens: pl.DataFrame) -> pl.DataFrame:
    """List each word whole, its place null, and without each of its characters: token, place, left_out, variant."""
    token, place = pl.col("token"), pl.col("place")
    shorter = tokens.with_columns(place=pl.int_ranges(0, token.str.len_chars())).explode("place")
    return pl.concat(
        [
            tokens.select("token", place=pl.lit(None, pl.Int64), left_out=pl.lit(None, pl.String), variant="token"),
            shorter.select(
                "token",
                "place",
                left_out=token.str.slice(place, 1),
                variant=token.str.head(place) + token.str.slice(place + 1),
            ),
        ]
    )
