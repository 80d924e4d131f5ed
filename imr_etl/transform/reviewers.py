"""`reviewer_specialties`: which specialty is meant by one as written, and which credentials no code table knows.

Belongs here: codes of specialties, and the words about reviewers that are unknown. Does not belong here: the lists of
states and specialties as written (`imr_etl.parse.reviewer`), and the names themselves (vocabulary/specialties.csv,
states.csv).
"""

import polars as pl

from imr_etl.vocabulary import alias_table, code_table
from imr_etl.vocabulary.misspelled_names import known_names


def reviewer_specialties(specialties: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `specialties` (`sha256`, `position`, `specialty_as_written`) with `specialty`.

    `specialty` is the canonical name in specialties.csv, also of a near misspelling; null where the table has none.
    """
    known = known_names(specialties.get_column("specialty_as_written"), alias_table("specialties"), "specialty")
    return specialties.join(
        known.rename({"name": "specialty_as_written", "canonical": "specialty"}),
        on="specialty_as_written",
        how="left",
        maintain_order="left",
    )


def unknown_specialties(specialties: pl.DataFrame) -> pl.DataFrame:
    """Return the specialties as written that the code table does not know: `sha256`, `excerpt`.

    Takes rows of `reviewer_specialties`.
    """
    return specialties.filter(pl.col("specialty").is_null()).select("sha256", excerpt="specialty_as_written")


def unknown_states(licenses: pl.DataFrame) -> pl.DataFrame:
    """Return the states that the code table does not know: `sha256`, `excerpt`.

    Takes licenses (`sha256`, `position`, `state`), their states canonical where known.
    """
    return licenses.join(code_table("states"), on="state", how="anti", maintain_order="left").select(
        "sha256", excerpt="state"
    )
