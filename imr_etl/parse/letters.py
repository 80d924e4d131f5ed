"""Whole letters: the steps of the parse in their order.

Belongs here: which step works on which lines. Does not belong here: the steps.
"""

from typing import NamedTuple

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.completeness import breaks
from imr_etl.parse.garbled import with_layout_words
from imr_etl.parse.header import header
from imr_etl.parse.items import items, with_parts
from imr_etl.parse.sentence_items import ITEM, SENTENCE_TEMPLATES, issue_items, sentence_items
from imr_etl.parse.templates import (
    CREDENTIALS,
    DATED_IN_PROSE,
    DECISIONS,
    HEADER,
    SUMMARY,
    UNKNOWN,
    with_sections,
    without_repeated_headers,
)
from imr_etl.parse.text import joined, with_pieces, without_furniture


class Parsed(NamedTuple):
    """Letters and items as written, one row each, in the order of sha256 and item number, and where text breaks off."""

    letters: pl.DataFrame
    items: pl.DataFrame
    breaks: pl.DataFrame


def parse(lines: pl.DataFrame) -> Parsed:
    """Read `letter_lines`, all lines of each letter, in the order of sha256, page and line.

    letters: sha256, template, headings_seen, has_decisions, what `imr_etl.parse.header.header` gives, licensure_text,
    certification_text, credentials_text, clinical_summary, whole_text (of an unknown template, else null). items: as
    `imr_etl.parse.items.items`. breaks: as `imr_etl.parse.completeness.breaks`.
    """
    sectioned = with_sections(without_furniture(with_layout_words(lines)))
    told = _told(sectioned)
    sections = _section_texts(told)
    letters = (
        told.group_by("sha256", maintain_order=True)
        .agg(
            pl.col("template").first(),
            headings_seen=pl.col("text").filter(_looks_like_heading()),
            has_decisions=(pl.col("section") == DECISIONS).any(),
        )
        .with_columns(pl.col("headings_seen").list.join(" | "))
        .join(_header_tables(sectioned), on="sha256", how="left", maintain_order="left")
        .with_columns(
            header_tables=pl.col("header_tables").fill_null(0),
        )
        .join(sections, on="sha256", how="left", maintain_order="left")
        .with_columns(
            licensure_text=pl.col(CREDENTIALS).str.extract(patterns.LICENSURE),
            certification_text=pl.col(CREDENTIALS).str.extract(patterns.CERTIFICATION),
            clinical_summary=pl.col(SUMMARY).str.replace(patterns.SUMMARY_INTRODUCTION, ""),
        )
        .rename({CREDENTIALS: "credentials_text"})
    )
    fields = header(letters.select("sha256", "header_text", "prose_text"))
    letters = letters.join(fields, on="sha256", how="left", maintain_order="left").drop(
        "header_text", "prose_text", SUMMARY
    )
    parts = with_parts(told)
    found = _items(told, parts, letters)
    return Parsed(letters, found, breaks(lines, parts, letters, found))


def labelled(lines: pl.DataFrame) -> pl.DataFrame:
    """What the parse takes each printed line for: lines with template, section, item_number and part.

    Takes `letter_lines`. Page furniture has no section; lines outside of items have no item_number and part.
    """
    told = _told(with_sections(without_furniture(with_layout_words(lines))))
    place = ["sha256", "page", "line"]
    parts = with_parts(told).select(*place, "item_number", "part")
    return lines.join(told.select(*place, "template", "section"), on=place, how="left", maintain_order="left").join(
        parts, on=place, how="left", maintain_order="left"
    )


def _told(sectioned: pl.DataFrame) -> pl.DataFrame:
    return with_pieces(without_repeated_headers(sectioned))


def _items(lines: pl.DataFrame, parts: pl.DataFrame, letters: pl.DataFrame) -> pl.DataFrame:
    """Items of all templates: a letter has the items of one of the ways to write them.

    Where no request ends in a decision word the decisions may be sentences, under the headings of F1 too.
    """
    of_words = items(parts)
    in_sentences = letters.filter(pl.col("template").is_in(SENTENCE_TEMPLATES)).join(of_words, on="sha256", how="anti")
    return pl.concat(
        [
            of_words.select(pl.col(name).cast(dtype) for name, dtype in ITEM.items()),
            sentence_items(lines, in_sentences.get_column("sha256")),
            issue_items(lines),
        ]
    ).sort("sha256", "item_number")


def _header_tables(lines: pl.DataFrame) -> pl.DataFrame:
    """How many headers begin in a letter, on whatever page."""
    starts = lines.filter(pl.col("text").str.contains(patterns.HEADER_START))
    return starts.group_by("sha256", maintain_order=True).agg(header_tables=pl.len())


def _looks_like_heading() -> pl.Expr:
    """A line in capital letters only, or a heading that is known."""
    return pl.col("is_heading") | pl.col("text").str.contains(patterns.CAPITALS)


def _section_texts(lines: pl.DataFrame) -> pl.DataFrame:
    """The running text of what is read as one: sha256, header_text, prose_text, and a column a section.

    A letter of unknown template may have its header anywhere on its first page and its summary anywhere; F2a tells its
    dates in prose.
    """
    is_header = (pl.col("section") == HEADER) | ((pl.col("template") == UNKNOWN) & (pl.col("page") == 1))
    is_prose = (pl.col("template") == DATED_IN_PROSE) & pl.col("section").is_in([HEADER, DECISIONS])
    wanted = {
        "header_text": is_header,
        "prose_text": is_prose,
        CREDENTIALS: pl.col("section") == CREDENTIALS,
        SUMMARY: pl.col("section") == SUMMARY,
        "whole_text": pl.col("template") == UNKNOWN,
    }
    told = lines.filter(~pl.col("is_heading") & pl.any_horizontal(wanted.values()))
    texts = told.with_columns(**wanted).group_by("sha256", maintain_order=True)
    return texts.agg(pl.col("piece").filter(name).alias(name) for name in wanted).with_columns(
        joined(name) for name in wanted
    )
