"""Words as written to codes and numbers: the normalized tables.

Belongs here: one module per table, frames in and frames out, and the order in which they are made. Does not belong
here: how words are found in a letter (`imr_etl.parse`), and the words themselves (`imr_etl.vocabulary`).
"""

import polars as pl

from imr_etl.parse.guidelines import citations
from imr_etl.parse.letters import parse
from imr_etl.parse.reviewer import reviewer
from imr_etl.parse.summary import patient
from imr_etl.schema.tables import TABLES
from imr_etl.transform.categories import unknown_treatments
from imr_etl.transform.determinations import determinations, is_letter
from imr_etl.transform.diagnoses import diagnoses
from imr_etl.transform.disputed_items import disputed_items, with_modifications
from imr_etl.transform.guideline_citations import guideline_citations, unknown_guidelines
from imr_etl.transform.item_body_parts import item_body_parts
from imr_etl.transform.item_drugs import item_drugs, unknown_drugs, unreadable_quantities
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
    is_ours = is_letter(parsed)
    letters, others = parsed.letters.filter(is_ours), parsed.letters.filter(~is_ours)
    # Files that were read and have nothing but page numbers are among no letters that were parsed.
    bare = reads.filter(pl.col("code").is_null()).join(parsed.letters, on="sha256", how="anti").select("sha256")
    strangers = pl.concat([others, bare], how="diagonal")
    licenses, specialties = reviewer(
        letters.select("sha256", "licensure_text", "certification_text", "credentials_text")
    )
    specialties = reviewer_specialties(specialties)
    items = with_modifications(parsed.items)
    drugs = read_once(items, ITEM, ["disputed"], item_drugs)
    items = disputed_items(items, drugs)
    drugs = drugs.join(items.filter(pl.col("category") == "Pharmaceuticals"), on=ITEM, how="semi")
    # What has another category is no prescription, however it is dosed.
    no_known_drug = unknown_drugs(
        items.filter(pl.col("category").is_null() | (pl.col("category") == "Pharmaceuticals"))
    )
    cited = guideline_citations(_citations(items))
    # Where the summary of an unknown template stands nobody knows; an age is told apart from all else anywhere.
    narratives = letters.select("sha256", clinical_summary=pl.coalesce("clinical_summary", "whole_text"))
    letters = letters.join(patient(narratives), on="sha256", how="left")
    tables = {
        "determinations": determinations(letters, items, reads, files),
        "reviewer_licenses": licenses,
        "reviewer_specialties": specialties,
        "diagnoses": diagnoses(letters.select("sha256", "clinical_summary")),
        "disputed_items": items,
        "item_drugs": drugs,
        "item_body_parts": read_once(items, ITEM, ["disputed", "request"], item_body_parts),
        "guideline_citations": cited,
        "problems": problems(
            parsed._replace(letters=letters, items=items),
            strangers,
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
            },
            {
                "field_unreadable": unreadable_quantities(drugs, items),
                "incomplete_letter": parsed.breaks,
                "possible_personal_data": possible_personal_data(lines),
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
