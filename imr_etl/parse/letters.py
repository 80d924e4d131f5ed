"""Whole letters: the steps of the parse in their order.

Belongs here: which step works on which lines. Does not belong here: the steps.
"""

from typing import NamedTuple

import polars as pl

from imr_etl.parse import patterns
from imr_etl.parse.accounting import contradicted_decisions, repeated_items, unread_items
from imr_etl.parse.bounds import (
    pages_out_of_order,
    with_closing,
    without_notes,
    without_other_cases,
    without_repeated_text,
    without_second_letter,
)
from imr_etl.parse.completeness import breaks
from imr_etl.parse.conversions import with_line_breaks, without_markup
from imr_etl.parse.garbled import with_layout_words
from imr_etl.parse.header import header
from imr_etl.parse.items import items, with_parts
from imr_etl.parse.reviewer import listed_credentials
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
from imr_etl.parse.text import joined, with_pieces, with_signs, without_furniture, without_stamps


class Parsed(NamedTuple):
    """Letters and items as written, one row each, in the order of sha256 and item number, and findings.

    `lines` are the lines that the letters print, `parts` those of their items: what `labelled` takes.
    """

    letters: pl.DataFrame
    items: pl.DataFrame
    findings: pl.DataFrame
    lines: pl.DataFrame
    parts: pl.DataFrame


def parse(lines: pl.DataFrame) -> Parsed:
    """Read `letter_lines`, all lines of each letter, in the order of sha256, page and line.

    letters: sha256, template, headings_seen, has_decisions, what `imr_etl.parse.header.header` gives, licensure_text,
    certification_text, credentials_text, clinical_summary, whole_text (of an unknown template, else null). items: as
    `imr_etl.parse.items.items`. findings: columns as `imr_etl.parse.bounds.FINDING`.
    """
    lines = lines.cast({"sha256": pl.Categorical()})
    printed, of_bounds = _printed(lines)
    sections = _section_texts(printed)
    letters = (
        # A letter of which every line is another case's is still a letter.
        lines.select("sha256")
        .unique(maintain_order=True)
        .join(
            printed.group_by("sha256", maintain_order=True).agg(
                pl.col("template").first(),
                headings_seen=pl.col("text").filter(_looks_like_heading()),
                has_decisions=(pl.col("section") == DECISIONS).any(),
                has_header=pl.col("text").str.contains(patterns.HEADER_START).any(),
            ),
            on="sha256",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            pl.col("template").fill_null(UNKNOWN),
            pl.col("headings_seen").list.join(" | "),
            pl.col("has_decisions", "has_header").fill_null(value=False),
        )
        .join(sections, on="sha256", how="left", maintain_order="left")
        .with_columns(
            licensure_text=listed_credentials(pl.col(CREDENTIALS), patterns.LICENSURE_LABEL),
            certification_text=listed_credentials(pl.col(CREDENTIALS), patterns.CERTIFICATION_LABEL),
            clinical_summary=pl.col(SUMMARY).str.replace(patterns.SUMMARY_INTRODUCTION, ""),
        )
        .rename({CREDENTIALS: "credentials_text"})
    )
    fields = header(letters.select("sha256", "header_text", "prose_text"))
    letters = letters.join(fields, on="sha256", how="left", maintain_order="left").drop(
        "header_text", "prose_text", SUMMARY
    )
    parts = with_parts(printed)
    found, of_items = _items(printed, parts, letters)
    findings = [
        of_bounds,
        of_items,
        unread_items(printed, parts, found),
        repeated_items(found),
        contradicted_decisions(found),
        breaks(lines, printed, parts, letters, found),
    ]
    return Parsed(letters, found, pl.concat(findings), printed, parts.select("row", "item_number", "part"))


def labelled(lines: pl.DataFrame, parsed: Parsed) -> pl.DataFrame:
    """Give each printed line what the parse takes it for: template, section, item_number and part.

    Takes `letter_lines`, all or some that were parsed. Page furniture has no section; lines outside of items have no
    item_number and part. Of a line that holds several lines of the letter the first counts.
    """
    lines = lines.cast({"sha256": pl.Categorical()})
    place = ["sha256", "page", "line"]
    printed = parsed.lines.join(lines, on=place, how="semi", maintain_order="left").unique(
        place, keep="first", maintain_order=True
    )
    read = printed.join(parsed.parts, on="row", how="left", maintain_order="left")
    return lines.join(
        read.select(*place, "template", "section", "item_number", "part"), on=place, how="left", maintain_order="left"
    )


def _printed(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The lines that the letter prints, with template, section, is_heading, signs, piece and row, and findings."""
    lines = without_stamps(without_markup(with_layout_words(lines)))
    out_of_order = pages_out_of_order(lines)
    lines, repeated = without_repeated_text(lines)
    lines, other_cases = without_other_cases(lines)
    lines, notes = without_notes(without_furniture(lines))
    lines, second = without_second_letter(with_sections(with_line_breaks(lines)))
    lines, behind = with_closing(with_signs(without_repeated_headers(lines)))
    findings = pl.concat([out_of_order, repeated, other_cases, notes, second, behind])
    return with_pieces(lines).with_row_index("row"), findings


def _items(lines: pl.DataFrame, parts: pl.DataFrame, letters: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Items of all templates, and findings: a letter has the items of one of the ways to write them.

    Where no request ends in a decision word the decisions may be sentences, under the headings of F1 too.
    """
    of_words = items(parts)
    in_sentences = letters.filter(pl.col("template").is_in(SENTENCE_TEMPLATES)).join(of_words, on="sha256", how="anti")
    of_sentences, unread = sentence_items(lines, in_sentences.get_column("sha256"))
    of_issues, undecided = issue_items(lines)
    found = [of_words.select(pl.col(name).cast(dtype) for name, dtype in ITEM.items()), of_sentences, of_issues]
    return pl.concat(found).sort("sha256", "item_number"), pl.concat([unread, undecided])


def _looks_like_heading() -> pl.Expr:
    """A line in capital letters only, or a heading that is known."""
    return pl.col("is_heading") | pl.col("text").str.contains(patterns.CAPITALS)


def _section_texts(lines: pl.DataFrame) -> pl.DataFrame:
    """The running text of what is read as one: sha256, header_text, prose_text, and a column a section.

    A letter of unknown template may have its header anywhere on its first page and its summary anywhere; F2a gives its
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
    wanted_lines = lines.filter(~pl.col("is_heading") & pl.any_horizontal(wanted.values()))
    texts = wanted_lines.with_columns(**wanted).group_by("sha256", maintain_order=True)
    # The lines of the header tell which values stand together.
    pieces = {name: pl.col("piece") for name in wanted} | {"header_text": pl.col("piece").str.replace(" $", "\n")}
    return texts.agg(pieces[name].filter(name).alias(name) for name in wanted).with_columns(
        joined(name) for name in wanted
    )
