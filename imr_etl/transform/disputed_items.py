"""`disputed_items`: one row per disputed treatment.

Belongs here: what is made of a request as a whole, and the order in which its parts are read. Does not belong here: how
requests are found (`imr_etl.parse.items`), and each of the things that a request names (a module each).
"""

from typing import Final

import polars as pl

from imr_etl.distinct_texts import map_distinct_texts
from imr_etl.transform.categories import categories
from imr_etl.transform.item_drugs import PHARMACEUTICALS, item_drugs, unknown_products
from imr_etl.transform.opioid_doses import with_morphine_equivalents
from imr_etl.transform.quantities import with_quantities
from imr_etl.transform.retrospective import is_retrospective
from imr_etl.transform.visits import visits

KEY: Final = ["sha256", "item_number"]
DOUBTS: Final = ("number_unread", "numbers_disagree", "several_treatments", "parts_do_not_add_up")
"""Problem codes that are flags of an item."""


def items_and_drugs(items: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read parsed items into the rows of `disputed_items`, with a flag for each of DOUBTS, and of `item_drugs`.

    Only prescriptions have drugs: an injection of a drug is none, whatever its dose.
    """
    known = map_distinct_texts(items, KEY, ["disputed"], item_drugs)
    first = known.filter(pl.col("position") == 1).select(*KEY, "drug_class")
    items = items.join(first, on=KEY, how="left", maintain_order="left")
    items = items.join(categories(items), on=KEY, how="left", maintain_order="left").drop("drug_class")
    prescriptions = items.filter(pl.col("category") == PHARMACEUTICALS)
    of_unknown = prescriptions.join(known, on=KEY, how="anti")
    # Most frames have none, and preparing the patterns takes longer than reading a letter.
    unknown = (
        known.clear() if of_unknown.is_empty() else map_distinct_texts(of_unknown, KEY, ["disputed"], unknown_products)
    )
    drugs = pl.concat((known.join(prescriptions, on=KEY, how="semi"), unknown))
    items = _with_classes_of_unknown(items, unknown)
    items = with_quantities(_with_sessions(items), drugs)
    drugs = with_morphine_equivalents(drugs, items)
    items = _with_doubts_of_drugs(items, drugs)
    return items.with_columns(is_retrospective=is_retrospective(pl.col("request"))), drugs


def _with_classes_of_unknown(items: pl.DataFrame, unknown: pl.DataFrame) -> pl.DataFrame:
    """Give items without a subcategory the class of their unknown product."""
    classes = unknown.select(*KEY, "drug_class")
    return (
        items.join(classes, on=KEY, how="left", maintain_order="left")
        .with_columns(subcategory=pl.coalesce("subcategory", "drug_class"))
        .drop("drug_class")
    )


def _with_sessions(items: pl.DataFrame) -> pl.DataFrame:
    """Add the sessions, number_unread and numbers_disagree."""
    read = map_distinct_texts(items, KEY, ["disputed", "category"], visits)
    return items.join(read, on=KEY, how="left", maintain_order="left")


def _with_doubts_of_drugs(items: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Take the flags of the numbers of prescriptions from their drugs."""
    flags = ["number_unread", "numbers_disagree"]
    of_drugs = drugs.group_by(KEY).agg(pl.col(flags).any().name.suffix("_of_drugs"))
    return (
        items.join(of_drugs, on=KEY, how="left", maintain_order="left")
        .with_columns(pl.coalesce(f"{flag}_of_drugs", flag).alias(flag) for flag in flags)
        .drop(f"{flag}_of_drugs" for flag in flags)
    )


def doubts(items: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Find the items of which something is in doubt: by problem code sha256, item_number, field, excerpt.

    Takes the items of `items_and_drugs`.
    """
    return {code: items.filter(code).select(*KEY, field=pl.lit("disputed"), excerpt="disputed") for code in DOUBTS}
