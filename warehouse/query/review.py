"""The review list: what in the letters most needs a person, and what that person can do about it.

Belongs here: which problems are on the list, in which order, and the next step for each. Does not belong here: the
SELECT (`sql/review/`), how the list is shown (`imr_etl.cli.review`), and what a problem means (`imr_etl.problems`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from warehouse import sql
from warehouse.query.connect import reading

OWN_TABLES = "the folder `vocabulary` of the data folder"
NEXT_STEPS = {
    "unknown_drug": (
        f"Add a row to drugs.csv in {OWN_TABLES}: the ingredient with its drug_class, and this word among its aliases."
    ),
    "unknown_treatment": (
        f"Add a row to treatments.csv in {OWN_TABLES}: the treatment with category, subcategory and role, and this word"
        " among its aliases; copy the codes of a treatment like it."
    ),
    "unknown_guideline": (
        f"Add a row to guideline_sources.csv in {OWN_TABLES}, with family and role; a chapter of the ODG belongs in"
        " guideline_sections.csv, a title of the MTUS in guideline_titles.csv."
    ),
    "unknown_specialty": (
        f"Add a row to specialties.csv in {OWN_TABLES}, or this word to the aliases of a known specialty."
    ),
    "unknown_state": f"Add this word to the aliases of a state in states.csv in {OWN_TABLES}.",
    "number_unread": (
        "Read the request: a number or a word for sessions is in no field. Add the word that is beside it, if it is"
        f" missing, to session_words.csv, dose_frequencies.csv or dosage_forms.csv in {OWN_TABLES}."
    ),
    "doubtful_category": (
        "Read the page: if the category is wrong, add the words of the request to treatments.csv or drugs.csv in"
        f" {OWN_TABLES}; if it is right, nothing is to be done."
    ),
    "doubtful_decision": (
        "Read the page: the rationale ends with the other verdict. If a phrase was taken for a verdict, add its words"
        f" to verdict_words.csv in {OWN_TABLES}; if the letter contradicts itself, leave the item out of rates."
    ),
}
"""Code of a problem -> what to do about it, in the order of the list."""


@dataclass(frozen=True)
class Finding:
    """What some problems of one code are about: how many items and letters, and the newest of them as an example.

    `place` is the row's rank within its code, `of_kind` how many rows the code has.
    """

    code: str
    word: str
    items: int
    letters: int
    determination_id: str
    case_number: str | None
    decision_date: date | None
    excerpt: str | None
    page: int | None
    place: int
    of_kind: int

    @property
    def next_step(self) -> str:
        """Return what to do about it; for a code that is no problem's, what to do about a doubtful category."""
        return NEXT_STEPS.get(self.code, NEXT_STEPS["doubtful_category"])


def review(
    warehouse: Path,
    codes: Sequence[str] = (),
    *,
    first: date | None = None,
    last: date | None = None,
    limit: int | None = None,
) -> list[Finding]:
    """List what most needs a person, code by code, the most frequent first.

    Args:
        warehouse: the file of the warehouse.
        codes: keys of `NEXT_STEPS`; all if empty.
        first: first date of decision.
        last: last date of decision.
        limit: how many rows of each code; all if None.

    Raises:
        RunError: there is no warehouse that can be read.
    """
    with reading(warehouse) as connection:
        return findings(connection, codes, first=first, last=last, limit=limit)


def findings(
    connection: duckdb.DuckDBPyConnection,
    codes: Sequence[str] = (),
    *,
    first: date | None = None,
    last: date | None = None,
    limit: int | None = None,
) -> list[Finding]:
    """List what most needs a person in a warehouse that is open, as `review` does."""
    wanted = [code for code in NEXT_STEPS if code in codes or not codes]
    values = {"codes": wanted, "from": first, "to": last, "limit": limit}
    return [Finding(*row) for row in connection.execute(sql("review/problems"), values).fetchall()]
