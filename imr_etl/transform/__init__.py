"""Words as written to codes and numbers: the normalized tables.

Belongs here: one module per table, frames in and frames out, and the order in which they are made. Does not belong
here: how words are found in a letter (`imr_etl.parse`), and the words themselves (`imr_etl.vocabulary`).
"""

import polars as pl

from imr_etl.parse.guidelines import citations
from imr_etl.parse.header import without_future_dates
from imr_etl.parse.letters import parse
from imr_etl.parse.reviewer import reviewer
from imr_etl.parse.summary import patient
from imr_etl.schema.tables import TABLES
from imr_etl.transform.categories import unknown_treatments
from imr_etl.transform.determinations import determinations, is_letter
from imr_etl.transform.diagnoses import diagnoses
from imr_etl.transform.diagnosis_body_parts import diagnosis_body_parts
from imr_etl.transform.diagnosis_natures import with_natures
from imr_etl.transform.disputed_items import doubts, items_and_drugs
from imr_etl.transform.doubtful_categories import doubtful_categories
from imr_etl.transform.guideline_citations import guideline_citations, unknown_guidelines, unread_citations
from imr_etl.transform.item_body_parts import item_body_parts
from imr_etl.transform.item_drugs import unknown_drugs
from imr_etl.transform.once import read_once
from imr_etl.transform.personal_data import possible_personal_data
from imr_etl.transform.problems import parser_failures, problems
from imr_etl.transform.reviewers import reviewer_specialties, unknown_specialties, unknown_states

ITEM = ["sha256", "item_number"]
TABLE_NAMES = [table.name for table in TABLES.values() if table.stage == "tables" and table.name != "letter_parses"]


def to_tables(lines: pl.DataFrame, reads: pl.DataFrame, files: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The normalized tables of letters, by name.

    Takes all `letter_lines` of the letters, their `letter_reads`, and `letter_files` with at least their rows.
    """
    # Sorting, grouping and joining by a category costs half of doing so by 64 hex digits.
    lines, reads, files = (frame.cast({"sha256": pl.Categorical()}) for frame in (lines, reads, files))
    lines = lines.sort("sha256", "page", "line")
    parsed = parse(lines)
    first_seen = parsed.letters.join(files.select("sha256", "first_seen"), on="sha256", how="left")
    parsed = parsed._replace(letters=without_future_dates(first_seen.cast({"first_seen": pl.Datetime("us")})))
    is_ours = is_letter(parsed)
    letters, others = parsed.letters.filter(is_ours), parsed.letters.filter(~is_ours)
    # Files that were read and have nothing but page numbers are among no letters that were parsed.
    bare = reads.filter(pl.col("code").is_null()).join(parsed.letters, on="sha256", how="anti").select("sha256")
    other_files = pl.concat([others, bare], how="diagonal")
    licenses, specialties = reviewer(
        letters.select("sha256", "licensure_text", "certification_text", "credentials_text")
    )
    specialties = reviewer_specialties(specialties)
    items, drugs = items_and_drugs(parsed.items)
    no_known_drug = unknown_drugs(items, drugs)
    cited = guideline_citations(_citations(items))
    # Where the summary of an unknown template stands nobody knows; an age is recognized anywhere.
    narratives = letters.select("sha256", clinical_summary=pl.coalesce("clinical_summary", "whole_text"))
    letters = letters.join(patient(narratives), on="sha256", how="left")
    stated = with_natures(diagnoses(letters.select("sha256", "clinical_summary")))
    tables = {
        "determinations": determinations(letters, items, reads, files),
        "reviewer_licenses": licenses,
        "reviewer_specialties": specialties,
        "diagnoses": stated,
        "diagnosis_body_parts": diagnosis_body_parts(stated),
        "disputed_items": items,
        "item_drugs": drugs,
        "item_body_parts": read_once(items, ITEM, ["disputed", "request"], item_body_parts),
        "guideline_citations": cited,
        "problems": problems(
            parsed._replace(letters=letters, items=items),
            other_files,
            reads,
            files,
            licenses,
            specialties,
            {
                "unknown_state": unknown_states(licenses),
                "unknown_specialty": unknown_specialties(specialties),
                "unknown_drug": no_known_drug,
                "unknown_treatment": unknown_treatments(items).join(no_known_drug, on=ITEM, how="anti"),
                "unknown_guideline": unknown_guidelines(cited),
                "citation_unread": unread_citations(cited, letters),
                "doubtful_category": doubtful_categories(items, cited),
                **doubts(items),
            },
            {
                "possible_personal_data": possible_personal_data(lines, parsed),
            },
        ),
    }
    return {name: TABLES[name].conform(tables[name]) for name in TABLE_NAMES}


def tables_of_failed(reads: pl.DataFrame, files: pl.DataFrame, error: BaseException) -> dict[str, pl.DataFrame]:
    """The normalized tables of letters that cannot be parsed: problem rows that give the error, nothing else."""
    failures = TABLES["problems"].conform(parser_failures(reads, files, error))
    return {name: failures if name == "problems" else TABLES[name].empty() for name in TABLE_NAMES}


def _citations(items: pl.DataFrame) -> pl.DataFrame:
    """The citations of all items, by item and side."""

    def of_text(texts: pl.DataFrame) -> pl.DataFrame:
        return citations(texts.with_columns(cited_by=pl.lit(""))).drop("cited_by")

    return read_once(_cited_texts(items), [*ITEM, "cited_by"], ["text"], of_text)


def _cited_texts(items: pl.DataFrame) -> pl.DataFrame:
    """The guideline texts of both sides, one row each: sha256, item_number, cited_by, text."""
    sides = {"claims_administrator": "claims_administrator_guideline", "reviewer": "reviewer_guideline"}
    return pl.concat(
        items.select("sha256", "item_number", cited_by=pl.lit(side), text=column).drop_nulls("text")
        for side, column in sides.items()
    )
