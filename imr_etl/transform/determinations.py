"""`determinations`: one row per letter.

Belongs here: what holds for the whole letter. Does not belong here: its items (`imr_etl.transform.disputed_items`).
"""

import polars as pl

from imr_etl.parse import parser_version

UPHELD, OVERTURNED, PARTLY = "upheld", "overturned", "partially overturned"


def determinations(
    letters: pl.DataFrame, items: pl.DataFrame, reads: pl.DataFrame, files: pl.DataFrame
) -> pl.DataFrame:
    """Make one row per letter from the parsed letters and what they were read from.

    The case number of the file's name counts, else the header's.
    """
    outcomes = items.group_by("sha256").agg(outcome=_outcome(), item_count=pl.len())
    return (
        letters.join(files.select("sha256", named="case_number"), on="sha256", how="left")
        .join(reads.select("sha256", "page_count"), on="sha256", how="left")
        .join(outcomes, on="sha256", how="left")
        .with_columns(case_number=pl.coalesce("named", "case_number"), item_count=pl.col("item_count").fill_null(0))
        .with_columns(
            determination_id=pl.coalesce(
                "case_number", pl.lit("sha256:") + pl.col("sha256").cast(pl.String).str.head(16)
            ),
            parser_version=pl.lit(parser_version()),
        )
    )


def _outcome() -> pl.Expr:
    """Return the outcome of a case from the decisions of its items."""
    upheld = pl.col("decision") == UPHELD
    return (
        pl.when(upheld.all()).then(pl.lit(UPHELD)).when(upheld.any()).then(pl.lit(PARTLY)).otherwise(pl.lit(OVERTURNED))
    )
