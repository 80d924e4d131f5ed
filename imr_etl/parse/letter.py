"""The parse of a letter: every step, once, in this order.

Belongs here: the order of the steps, and which lines and texts each step reads. Does not belong here: the steps
themselves (a module per section of the letter), and what words mean (`imr_etl.transform`).
"""

from typing import NamedTuple

import polars as pl

from imr_etl.distinct_texts import map_distinct_texts
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
from imr_etl.parse.completeness import find_gaps
from imr_etl.parse.conversions import with_line_breaks, without_markup
from imr_etl.parse.diagnoses import diagnoses
from imr_etl.parse.garbled import with_layout_words
from imr_etl.parse.guidelines import citations
from imr_etl.parse.header import header
from imr_etl.parse.items import items, split_modifications, with_parts
from imr_etl.parse.personal_data import possible_personal_data, suspect_lines
from imr_etl.parse.reviewer import listed_credentials, reviewer
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
from imr_etl.parse.text import joined, with_pieces, with_signs, without_furniture, without_stamps

CITED_BY = {"claims_administrator": "claims_administrator_guideline", "reviewer": "reviewer_guideline"}
"""Who cites -> the column of an item's guideline text."""


class ParsedLetters(NamedTuple):
    """Letters as written: one frame per kind of thing that a letter states, each in the order of sha256.

    letters: sha256, template, headings_seen, has_decisions, has_header, the columns of
    `imr_etl.parse.header.header`, licensure_text, certification_text, credentials_text, clinical_summary, whole_text
    (of an unknown template, else null), patient_age, patient_sex.
    other_documents: the same columns but the last two, of files that hold no part of a determination letter.
    licenses, specialties: as `imr_etl.parse.reviewer.reviewer`. diagnoses: as `imr_etl.parse.diagnoses.diagnoses`.
    items: as `imr_etl.parse.items.items`, with authorized and disputed.
    citations: as `imr_etl.parse.guidelines.citations`.
    findings: as `imr_etl.parse.bounds.FINDING`: text that is missing, left out, unread or should not be there.
    """

    letters: pl.DataFrame
    other_documents: pl.DataFrame
    licenses: pl.DataFrame
    specialties: pl.DataFrame
    diagnoses: pl.DataFrame
    items: pl.DataFrame
    citations: pl.DataFrame
    findings: pl.DataFrame


def parse_letters(lines: pl.DataFrame) -> ParsedLetters:
    """Parse `letter_lines`: all lines of each letter, in the order of sha256, page and line."""
    lines = lines.cast({"sha256": pl.Categorical()})
    body, of_bounds = _body(lines)
    parts = with_parts(body)
    documents = _documents(lines, body)
    found_items, of_items = _items(body, parts, documents)
    found_items = split_modifications(found_items)
    is_letter = _is_letter(found_items)
    letters, other_documents = documents.filter(is_letter), documents.filter(~is_letter)
    licenses, specialties = reviewer(
        letters.select("sha256", "licensure_text", "certification_text", "credentials_text")
    )
    # Where the summary of an unknown template is, is unknown; but a stated age is unmistakable anywhere.
    narratives = letters.select("sha256", clinical_summary=pl.coalesce("clinical_summary", "whole_text"))
    letters = letters.join(patient(narratives), on="sha256", how="left")
    findings = [
        of_bounds,
        of_items,
        unread_items(body, parts, found_items),
        repeated_items(found_items),
        contradicted_decisions(found_items),
        find_gaps(lines, body, parts, documents, found_items),
        possible_personal_data(_labeled(suspect_lines(lines), body, parts)),
    ]
    return ParsedLetters(
        letters=letters,
        other_documents=other_documents,
        licenses=licenses,
        specialties=specialties,
        diagnoses=diagnoses(letters.select("sha256", "clinical_summary")),
        items=found_items,
        citations=_citations(found_items),
        findings=pl.concat(findings),
    )


def label_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Label each printed line with template, section, item_number and part, as the parse understands it.

    Takes `letter_lines`, as `parse_letters` does. Page furniture has no section; lines outside of items have no
    item_number and part.
    """
    lines = lines.cast({"sha256": pl.Categorical()})
    body, _ = _body(lines)
    return _labeled(lines, body, with_parts(body))


def _body(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep the lines that are the letter's own, and report what is left out.

    Returns the lines with template, section, is_heading, the signs of `with_signs`, piece and row; and findings.
    """
    lines = without_stamps(without_markup(with_layout_words(lines)))
    out_of_order = pages_out_of_order(lines)
    lines, repeated = without_repeated_text(lines)
    lines, other_cases = without_other_cases(lines)
    lines, notes = without_notes(without_furniture(lines))
    lines, second = without_second_letter(with_sections(with_line_breaks(lines)))
    lines, behind = with_closing(with_signs(without_repeated_headers(lines)))
    findings = pl.concat([out_of_order, repeated, other_cases, notes, second, behind])
    return with_pieces(lines).with_row_index("row"), findings


def _labeled(lines: pl.DataFrame, body: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Give printed lines the labels of the body's lines.

    A printed line that holds several lines of the body gets the labels of the first of them.
    """
    place = ["sha256", "page", "line"]
    labels = (
        body.join(lines, on=place, how="semi", maintain_order="left")
        .unique(place, keep="first", maintain_order=True)
        .join(parts.select("row", "item_number", "part"), on="row", how="left", maintain_order="left")
        .select(*place, "template", "section", "item_number", "part")
    )
    return lines.join(labels, on=place, how="left", maintain_order="left")


def _documents(lines: pl.DataFrame, body: pl.DataFrame) -> pl.DataFrame:
    """Read what each document states once: its template, its header and the texts of its sections.

    A document of which every line is another case's has a row, too.
    """
    documents = (
        lines.select("sha256")
        .unique(maintain_order=True)
        .join(
            body.group_by("sha256", maintain_order=True).agg(
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
        .join(_section_texts(body), on="sha256", how="left", maintain_order="left")
        .with_columns(
            licensure_text=listed_credentials(pl.col(CREDENTIALS), patterns.LICENSURE_LABEL),
            certification_text=listed_credentials(pl.col(CREDENTIALS), patterns.CERTIFICATION_LABEL),
            clinical_summary=pl.col(SUMMARY).str.replace(patterns.SUMMARY_INTRODUCTION, ""),
        )
        .rename({CREDENTIALS: "credentials_text"})
    )
    fields = header(documents.select("sha256", "header_text", "prose_text"))
    return documents.join(fields, on="sha256", how="left", maintain_order="left").drop(
        "header_text", "prose_text", SUMMARY
    )


def _is_letter(found_items: pl.DataFrame) -> pl.Expr:
    """Check whether a document has anything of a determination letter: a template, a header or an item."""
    with_items = found_items["sha256"].unique()
    return (pl.col("template") != UNKNOWN) | pl.col("has_header") | pl.col("sha256").is_in(with_items.implode())


def _citations(found_items: pl.DataFrame) -> pl.DataFrame:
    """Read the citations of both guideline texts of each item, by item and cited_by."""
    texts = pl.concat(
        found_items.select("sha256", "item_number", cited_by=pl.lit(who), text=column).drop_nulls("text")
        for who, column in CITED_BY.items()
    )

    def read(distinct: pl.DataFrame) -> pl.DataFrame:
        return citations(distinct.with_columns(cited_by=pl.lit(""))).drop("cited_by")

    return map_distinct_texts(texts, ["sha256", "item_number", "cited_by"], ["text"], read)


def _items(body: pl.DataFrame, parts: pl.DataFrame, documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find the items of each letter, whichever way its template writes them, and findings about them.

    Where no request ends in a decision word the decisions may be sentences, under the headings of F1 too.
    """
    of_words = items(parts)
    in_sentences = documents.filter(pl.col("template").is_in(SENTENCE_TEMPLATES)).join(
        of_words, on="sha256", how="anti"
    )
    of_sentences, unread = sentence_items(body, in_sentences.get_column("sha256"))
    of_issues, undecided = issue_items(body)
    found = [of_words.select(pl.col(name).cast(dtype) for name, dtype in ITEM.items()), of_sentences, of_issues]
    return pl.concat(found).sort("sha256", "item_number"), pl.concat([unread, undecided])


def _looks_like_heading() -> pl.Expr:
    """Check whether a line is all capitals, or a known heading."""
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
    wanted_lines = lines.filter(~pl.col("is_heading") & pl.any_horizontal(wanted.values()))
    texts = wanted_lines.with_columns(**wanted).group_by("sha256", maintain_order=True)
    # Which values of the header belong together shows in its lines.
    pieces = {name: pl.col("piece") for name in wanted} | {"header_text": pl.col("piece").str.replace(" $", "\n")}
    return texts.agg(pieces[name].filter(name).alias(name) for name in wanted).with_columns(
        joined(name) for name in wanted
    )
