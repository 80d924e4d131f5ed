"""The parse of a letter: every step, once, in this order.

Belongs here: the order of the steps, and which lines and texts each step reads. Does not belong here: the steps
themselves (a module per section of the letter), and what words mean (`imr_etl.transform`).
"""

from typing import NamedTuple

import polars as pl

from imr_etl.distinct_texts import map_distinct_texts
from imr_etl.parse import patterns
from imr_etl.parse.completeness import find_gaps
from imr_etl.parse.diagnoses import diagnoses
from imr_etl.parse.guidelines import citations
from imr_etl.parse.header import header
from imr_etl.parse.items import items, split_modifications, with_parts
from imr_etl.parse.personal_data import possible_personal_data, suspect_lines
from imr_etl.parse.reviewer import reviewer
from imr_etl.parse.sentence_items import ITEM, SENTENCE_TEMPLATES, issue_items, sentence_items
from imr_etl.parse.summary import patient
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

CITED_BY = {"claims_administrator": "claims_administrator_guideline", "reviewer": "reviewer_guideline"}
"""Who cites -> the column of an item's guideline text."""


class ParsedLetters(NamedTuple):
    """Letters as written: one frame per kind of thing that a letter states, each in the order of sha256.

    letters: sha256, template, headings_seen, has_decisions, header_tables, the columns of
    `imr_etl.parse.header.header`, licensure_text, certification_text, credentials_text, clinical_summary, whole_text
    (of an unknown template, else null), patient_age, patient_sex.
    other_documents: the same columns but the last two, of files that hold no part of a determination letter.
    licenses, specialties: as `imr_etl.parse.reviewer.reviewer`. diagnoses: as `imr_etl.parse.diagnoses.diagnoses`.
    items: as `imr_etl.parse.items.items`, with authorized and disputed.
    citations: as `imr_etl.parse.guidelines.citations`.
    gaps, personal_data: sha256, field, excerpt, page of text that is missing or should not be there.
    """

    letters: pl.DataFrame
    other_documents: pl.DataFrame
    licenses: pl.DataFrame
    specialties: pl.DataFrame
    diagnoses: pl.DataFrame
    items: pl.DataFrame
    citations: pl.DataFrame
    gaps: pl.DataFrame
    personal_data: pl.DataFrame


def parse_letters(lines: pl.DataFrame) -> ParsedLetters:
    """Parse `letter_lines`: all lines of each letter, in the order of sha256, page and line."""
    sectioned = with_sections(without_furniture(lines))
    body = with_pieces(without_repeated_headers(sectioned))
    parts = with_parts(body)
    documents = _documents(body, sectioned)
    found_items = split_modifications(_items(body, parts, documents))
    gaps = find_gaps(lines, parts, documents, found_items)
    is_letter = _is_letter(found_items)
    letters, other_documents = documents.filter(is_letter), documents.filter(~is_letter)
    licenses, specialties = reviewer(
        letters.select("sha256", "licensure_text", "certification_text", "credentials_text")
    )
    # Nobody knows where the summary of an unknown template stands; a stated age is unmistakable anywhere.
    narratives = letters.select("sha256", clinical_summary=pl.coalesce("clinical_summary", "whole_text"))
    letters = letters.join(patient(narratives), on="sha256", how="left")
    suspects = suspect_lines(lines)
    return ParsedLetters(
        letters=letters,
        other_documents=other_documents,
        licenses=licenses,
        specialties=specialties,
        diagnoses=diagnoses(letters.select("sha256", "clinical_summary")),
        items=found_items,
        citations=_citations(found_items),
        gaps=gaps,
        personal_data=possible_personal_data(_labeled(suspects, body, parts)),
    )


def label_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Label each printed line with template, section, item_number and part, as the parse understands it.

    Takes `letter_lines`. Page furniture has no section; lines outside of items have no item_number and part.
    """
    body = with_pieces(without_repeated_headers(with_sections(without_furniture(lines))))
    return _labeled(lines, body, with_parts(body))


def _labeled(lines: pl.DataFrame, body: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    place = ["sha256", "page", "line"]
    return lines.join(body.select(*place, "template", "section"), on=place, how="left", maintain_order="left").join(
        parts.select(*place, "item_number", "part"), on=place, how="left", maintain_order="left"
    )


def _documents(body: pl.DataFrame, sectioned: pl.DataFrame) -> pl.DataFrame:
    """Read what each document states once: its template, its header and the texts of its sections."""
    documents = (
        body.group_by("sha256", maintain_order=True)
        .agg(
            pl.col("template").first(),
            headings_seen=pl.col("text").filter(_looks_like_heading()),
            has_decisions=(pl.col("section") == DECISIONS).any(),
        )
        .with_columns(pl.col("headings_seen").list.join(" | "))
        .join(_header_tables(sectioned), on="sha256", how="left", maintain_order="left")
        .with_columns(header_tables=pl.col("header_tables").fill_null(0))
        .join(_section_texts(body), on="sha256", how="left", maintain_order="left")
        .with_columns(
            licensure_text=pl.col(CREDENTIALS).str.extract(patterns.LICENSURE),
            certification_text=pl.col(CREDENTIALS).str.extract(patterns.CERTIFICATION),
            clinical_summary=pl.col(SUMMARY).str.replace(patterns.SUMMARY_INTRODUCTION, ""),
        )
        .rename({CREDENTIALS: "credentials_text"})
    )
    fields = header(documents.select("sha256", "header_text", "prose_text"))
    return documents.join(fields, on="sha256", how="left", maintain_order="left").drop(
        "header_text", "prose_text", SUMMARY
    )


def _is_letter(found_items: pl.DataFrame) -> pl.Expr:
    """Whether a document has anything of a determination letter: a template, a header or an item."""
    with_items = found_items["sha256"].unique()
    return (
        (pl.col("template") != UNKNOWN) | (pl.col("header_tables") > 0) | pl.col("sha256").is_in(with_items.implode())
    )


def _citations(found_items: pl.DataFrame) -> pl.DataFrame:
    """Read the citations of both guideline texts of each item, by item and cited_by."""
    texts = pl.concat(
        found_items.select("sha256", "item_number", cited_by=pl.lit(who), text=column).drop_nulls("text")
        for who, column in CITED_BY.items()
    )

    def read(distinct: pl.DataFrame) -> pl.DataFrame:
        return citations(distinct.with_columns(cited_by=pl.lit(""))).drop("cited_by")

    return map_distinct_texts(texts, ["sha256", "item_number", "cited_by"], ["text"], read)


def _items(body: pl.DataFrame, parts: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Find the items of each letter, whichever way its template writes them.

    Where no request ends in a decision word the decisions may be sentences, under the headings of F1 too.
    """
    of_words = items(parts)
    in_sentences = documents.filter(pl.col("template").is_in(SENTENCE_TEMPLATES)).join(
        of_words, on="sha256", how="anti"
    )
    return pl.concat(
        [
            of_words.select(pl.col(name).cast(dtype) for name, dtype in ITEM.items()),
            sentence_items(body, in_sentences.get_column("sha256")),
            issue_items(body),
        ]
    ).sort("sha256", "item_number")


def _header_tables(lines: pl.DataFrame) -> pl.DataFrame:
    """Count the headers that begin in a letter, on whatever page."""
    starts = lines.filter(pl.col("text").str.contains(patterns.HEADER_START))
    return starts.group_by("sha256", maintain_order=True).agg(header_tables=pl.len())


def _looks_like_heading() -> pl.Expr:
    """Whether a line is all capitals, or a known heading."""
    return pl.col("is_heading") | pl.col("text").str.contains(patterns.CAPITALS)


def _section_texts(lines: pl.DataFrame) -> pl.DataFrame:
    """Join the running text of each section: sha256, header_text, prose_text, and a column per section.

    A letter of unknown template may have its header anywhere on its first page and its summary anywhere; F2a states its
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
