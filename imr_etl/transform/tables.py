"""The normalized tables, in the order in which they are made.

Belongs here: which table is made from what. Does not belong here: how a table is made (a module per table).
"""

import polars as pl

from imr_etl.distinct_texts import map_distinct_texts
from imr_etl.parse.letter import ParsedLetters
from imr_etl.schema.tables import TABLES
from imr_etl.transform.ancillary import with_operations
from imr_etl.transform.categories import unknown_treatments
from imr_etl.transform.dates import without_future_dates
from imr_etl.transform.determinations import determinations
from imr_etl.transform.diagnosis_body_parts import diagnosis_body_parts
from imr_etl.transform.diagnosis_natures import with_natures
from imr_etl.transform.disputed_items import doubts, items_and_drugs
from imr_etl.transform.doubtful_categories import doubtful_categories
from imr_etl.transform.guideline_citations import guideline_citations, unknown_guidelines, unread_citations
from imr_etl.transform.item_body_parts import item_body_parts
from imr_etl.transform.item_drugs import unknown_drugs
from imr_etl.transform.problems import parser_failures, problems
from imr_etl.transform.rationale_reasons import rationale_reasons
from imr_etl.transform.reviewers import reviewer_specialties, unknown_specialties, unknown_states

ITEM = ["sha256", "item_number"]
TABLE_NAMES = [table.name for table in TABLES.values() if table.stage == "tables" and table.name != "letter_parses"]


def build_tables(parsed: ParsedLetters, reads: pl.DataFrame, files: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Build the normalized tables of parsed letters, by name.

    Takes the `letter_reads` of the letters, and `letter_files` with at least their rows.
    """
    first_seen = parsed.letters.join(files.select("sha256", "first_seen"), on="sha256", how="left")
    parsed = parsed._replace(letters=without_future_dates(first_seen.cast({"first_seen": pl.Datetime("us")})))
    specialties = reviewer_specialties(parsed.specialties)
    items, drugs = items_and_drugs(parsed.items)
    items = with_operations(items)
    no_known_drug = unknown_drugs(items, drugs)
    body_parts = map_distinct_texts(items, ITEM, ["disputed", "request"], item_body_parts)
    cited = guideline_citations(parsed.citations)
    stated = with_natures(parsed.diagnoses)
    unknown = {
        "unknown_state": unknown_states(parsed.licenses),
        "unknown_specialty": unknown_specialties(specialties),
        "unknown_drug": no_known_drug,
        "unknown_treatment": unknown_treatments(items).join(no_known_drug, on=ITEM, how="anti"),
        "unknown_guideline": unknown_guidelines(cited),
        "citation_unread": unread_citations(cited, parsed.letters),
        "doubtful_category": doubtful_categories(items, cited),
        **doubts(items),
    }
    tables = {
        "determinations": determinations(parsed.letters, items, reads, files),
        "reviewer_licenses": parsed.licenses,
        "reviewer_specialties": specialties,
        "diagnoses": stated,
        "diagnosis_body_parts": diagnosis_body_parts(stated),
        "disputed_items": items,
        "rationale_reasons": rationale_reasons(items),
        "item_drugs": drugs,
        "item_body_parts": body_parts,
        "guideline_citations": cited,
        "problems": problems(parsed, reads, files, unknown),
    }
    return {name: TABLES[name].conform(tables[name]) for name in TABLE_NAMES}


def tables_of_failed(reads: pl.DataFrame, files: pl.DataFrame, error: BaseException) -> dict[str, pl.DataFrame]:
    """Make the normalized tables of letters that cannot be parsed: problem rows that give the error, nothing else."""
    failures = TABLES["problems"].conform(parser_failures(reads, files, error))
    return {name: failures if name == "problems" else TABLES[name].empty() for name in TABLE_NAMES}
