"""Whole letters: the steps of the parse in their order.

Belongs here: which step works on which lines. Does not belong here: the steps.
"""

from typing import NamedTuple

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.header import header
from imr_etl.parse.items import items, with_parts
from imr_etl.parse.templates import CREDENTIALS, HEADER, SUMMARY, with_sections
from imr_etl.parse.text import joined, with_pieces, without_furniture


class Parsed(NamedTuple):
    """Letters and items as written, one row each, in the order of sha256 and item number."""

    letters: pl.DataFrame
    items: pl.DataFrame


def parse(lines: pl.DataFrame) -> Parsed:
    """Read `letter_lines`, all lines of each letter, in the order of sha256, page and line.

    letters: sha256, template, headings, page_count, the header's fields and header_tables, licensure_text, certification_text,
    credentials_text, clinical_summary. items: as `imr_etl.parse.items.items`.
    """
    told = with_pieces(with_sections(without_furniture(lines)))
    sections = _section_texts(told)
    letters = (
        told.group_by("sha256", maintain_order=True)
        .agg(
            pl.col("template").first(),
            headings=pl.col("text").filter("is_heading"),
        )
        .join(sections, on="sha256", how="left", maintain_order="left")
        .with_columns(
            licensure_text=pl.col(CREDENTIALS).str.extract(patterns.LICENSURE),
            certification_text=pl.col(CREDENTIALS).str.extract(patterns.CERTIFICATION),
            clinical_summary=pl.col(SUMMARY).str.replace(patterns.SUMMARY_INTRODUCTION, ""),
        )
        .rename({CREDENTIALS: "credentials_text"})
    )
    fields = header(letters.select("sha256", header_text=HEADER))
    return Parsed(
        letters.join(fields, on="sha256", how="left", maintain_order="left").drop(HEADER, SUMMARY), items(with_parts(told))
    )


def _section_texts(lines: pl.DataFrame) -> pl.DataFrame:
    """The running text of the sections that are read as one: sha256 and a column a section."""
    sections = (HEADER, CREDENTIALS, SUMMARY)
    texts = (
        lines.filter(pl.col("section").is_in(sections) & ~pl.col("is_heading"))
        .group_by("sha256", "section", maintain_order=True)
        .agg(text=joined())
    )
    return texts.group_by("sha256", maintain_order=True).agg(
        pl.col("text").filter(pl.col("section") == section).first().alias(section) for section in sections
    )
