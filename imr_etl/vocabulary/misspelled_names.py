"""Misspelled names: which canonical name of a code table is meant by a name as written.

Belongs here: how near a misspelled name must be to one name, and to no other. Does not belong here: misspellings that
are known (columns `aliases` and `misspellings` of the code tables).
"""

from typing import Final

import polars as pl

from imr_etl.vocabulary import words

NEAR: Final = 0.7
NEAR_WORD: Final = 0.6
"""Smallest share of character pairs that a misspelled name has in common with the name it is taken for, on average over
its words, and in every word."""


def known_names(names: pl.Series, aliases: pl.DataFrame, canonical: str) -> pl.DataFrame:
    """Find the canonical name that each name means: `name`, `canonical` (null where none is certain).

    A name that is no alias is taken for the alias that is nearest to it word by word, if only one is near enough: as
    many words, each with the same first character, and enough character pairs in common.

    Args:
        names: names as written; each gets one row.
        aliases: rows of `imr_etl.vocabulary.alias_table`.
        canonical: the column of `aliases` that holds the canonical names.
    """
    targets = aliases.select("alias", canonical=canonical)
    asked = names.drop_nulls().unique(maintain_order=True).to_frame("name")
    found = asked.with_columns(alias=words(pl.col("name"))).join(targets, on="alias", how="left", maintain_order="left")
    unknown = _character_pairs(found.filter(pl.col("canonical").is_null()).select("name", "alias"))
    likeness = 2 * pl.len() / (pl.col("pairs").first() + pl.col("pairs_of_target").first())
    nearest = (
        unknown.join(_character_pairs(targets), on=["words", "word", "initial", "pair"], suffix="_of_target")
        .group_by("name", "words", "word", "canonical", "alias_of_target")
        .agg(likeness=likeness)
        .group_by("name", "words", "canonical", "alias_of_target")
        .agg(alike=pl.len(), least=pl.col("likeness").min(), likeness=pl.col("likeness").mean())
        .filter((pl.col("alike") == pl.col("words")) & (pl.col("least") >= NEAR_WORD) & (pl.col("likeness") >= NEAR))
        .filter(pl.col("likeness") == pl.col("likeness").max().over("name"))
        .group_by("name")
        .agg(nearest=pl.col("canonical").unique())
        .filter(pl.col("nearest").list.len() == 1)
        .explode("nearest")
    )
    return found.join(nearest, on="name", how="left", maintain_order="left").select(
        "name", canonical=pl.coalesce("canonical", "nearest")
    )


def _character_pairs(names: pl.DataFrame) -> pl.DataFrame:
    """List the pairs of neighboring characters of each word of `alias`, the word's ends counting as characters.

    Returns the frame's columns, `words` (how many the name has), `word` (its place), its `initial`, `pair`, and `pairs`
    (how many the word has).
    """
    word = pl.col("alias").str.strip_chars().str.split("  ")
    characters = pl.format(" {} ", "characters")
    return (
        names.filter(pl.col("alias").str.contains(r"\S"))
        .with_columns(words=word.list.len(), word=pl.int_ranges(word.list.len()), characters=word)
        .explode("word", "characters")
        .with_columns(
            initial=pl.col("characters").str.head(1),
            characters=characters,
            start=pl.int_ranges(pl.col("characters").str.len_chars().cast(pl.Int64) + 1),
        )
        .explode("start")
        .with_columns(pair=pl.col("characters").str.slice(pl.col("start"), 2))
        .drop("characters", "start")
        .unique(maintain_order=True)
        .with_columns(pairs=pl.len().over("alias", "word"))
    )
