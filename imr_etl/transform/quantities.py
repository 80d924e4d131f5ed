"""Requested, authorized and disputed quantity of an item, as numbers of one unit.

Belongs here: which unit an item is counted in (visits, units dispensed, hours), and whether what was authorized and
what is disputed add up to what was requested. Does not belong here: how visits (`visits`) and the quantities of drugs
(`prescriptions`) are read.

The units of a prescription are those of all its fills: 90 tablets with 2 refills are 270, "two refills of 90 tablets"
are 180. Hours count where a request gives them by the day, by the week or in all; "twelve 60-minute sessions" are
visits.
"""

from typing import Final

import polars as pl

from imr_etl.distinct_texts import map_distinct_texts
from imr_etl.transform.categories import categories
from imr_etl.transform.item_drugs import PHARMACEUTICALS, item_drugs
from imr_etl.transform.visits import hours, visits

KEY: Final = ["sha256", "item_number"]
PARTS: Final = ("requested", "authorized", "disputed")
OF_PART: Final = [*KEY, "part"]
UNITS: Final = ("units", "hours", "visits")
"""Units of quantities; where an item has several, the first counts."""

COUNTED_BY_HOURS: Final = ("Home Health", "Programs", "Psych Services")

REQUESTED: Final = r"(?is)^(.+?)\s+(?:was|were) the original request\."
REFILLS_OF: Final = r"(?i)\brefills?\s+of\b"


def requested_text() -> pl.Expr:
    """Return the original request, without what utilization review made of it."""
    return pl.coalesce(pl.col("request").str.extract(REQUESTED), "request")


def with_quantities(items: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Add requested_quantity, authorized_quantity, disputed_quantity, quantity_unit and parts_do_not_add_up.

    requested_fill is one fill of what was requested of a modified item, null for others.

    Takes items with request, authorized, disputed, category, subcategory and visits, and the drugs of their disputed
    parts. Quantities are null where the request does not state them or states a range; what was authorized is 0 where
    the request was denied outright; it is null, as is what was requested, where another service was authorized.
    """
    modified = items.filter(pl.col("authorized").is_not_null()).with_columns(requested=requested_text())
    counted, others = _of_disputed(items, drugs), items.clear().select(*KEY, is_other_service=pl.lit(value=True))
    if not modified.is_empty():
        counted, others = pl.concat([counted, _of_other_parts(modified)]), _other_services(modified)
    for part in PARTS:
        of_part = counted.filter(pl.col("part") == part).select(*KEY, pl.col(*UNITS, "fill").name.prefix(f"{part}_"))
        items = items.join(of_part, on=KEY, how="left", maintain_order="left")
    unit = pl.coalesce(
        pl.when(pl.col(f"requested_{name}").is_not_null() | pl.col(f"disputed_{name}").is_not_null()).then(pl.lit(name))
        for name in UNITS
    )
    quantities = {
        f"{part}_quantity": pl.coalesce(
            pl.when(pl.col("quantity_unit") == name).then(f"{part}_{name}") for name in UNITS
        )
        for part in PARTS
    }
    sum_of_parts = pl.col("authorized_quantity") + pl.col("disputed_quantity")
    return (
        items.join(others, on=KEY, how="left", maintain_order="left")
        .with_columns(quantity_unit=unit)
        .with_columns(**quantities)
        .with_columns(_outright_or_other())
        .with_columns(parts_do_not_add_up=(pl.col("requested_quantity") != sum_of_parts).fill_null(value=False))
        .drop(
            "is_other_service",
            "authorized_fill",
            "disputed_fill",
            *(f"{part}_{name}" for part in PARTS for name in UNITS),
        )
    )


def _outright_or_other() -> list[pl.Expr]:
    """Fill in both quantities of items denied outright; remove them where another service was authorized."""
    is_outright, disputed = pl.col("authorized").is_null(), pl.col("disputed_quantity")
    nothing = pl.when(disputed.is_not_null()).then(pl.lit(0.0))
    return [
        pl.when(is_outright).then(alone).when(pl.col("is_other_service").is_null()).then(name).alias(name)
        for name, alone in (("requested_quantity", disputed), ("authorized_quantity", nothing))
    ]


def _of_disputed(items: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Count the disputed parts, whose visits and drugs have been read."""
    texts = items.select(*KEY, "category", "visits", part=pl.lit("disputed"), text="disputed")
    return _counted(texts, drugs.with_columns(part=pl.lit("disputed")))


def _of_other_parts(modified: pl.DataFrame) -> pl.DataFrame:
    """Count what was requested and what was authorized of modified items."""
    texts = pl.concat(
        modified.select(*KEY, "category", part=pl.lit(part), text=part) for part in ("requested", "authorized")
    )
    read = map_distinct_texts(texts.rename({"text": "disputed"}), OF_PART, ["disputed", "category"], visits)
    texts = texts.join(read.select(*OF_PART, "visits"), on=OF_PART, how="left", maintain_order="left")
    prescribed = texts.filter(pl.col("category") == PHARMACEUTICALS).rename({"text": "disputed"})
    return _counted(texts, map_distinct_texts(prescribed, OF_PART, ["disputed"], item_drugs))


def _counted(texts: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Return the units, hours and visits of each text, each null where it has none."""
    is_one = (pl.len() == 1) | pl.col("is_compound").all()
    units = drugs.group_by(OF_PART).agg(
        quantity=pl.when(is_one).then(pl.col("quantity").first()), refills=pl.col("refills").first()
    )
    is_refills = pl.col("text").str.contains(REFILLS_OF)
    fills = pl.when(is_refills).then(pl.col("refills").fill_null(1)).otherwise(1 + pl.col("refills").fill_null(0))
    is_drug = (pl.col("category") == PHARMACEUTICALS).fill_null(value=False)
    by_hours = pl.col("category").is_in(COUNTED_BY_HOURS).fill_null(value=False)
    return texts.join(units, on=OF_PART, how="left", maintain_order="left").select(
        *OF_PART,
        units=pl.when(is_drug).then(pl.col("quantity") * fills),
        hours=pl.when(by_hours).then(hours(pl.col("text"), pl.col("visits"))),
        visits=pl.when(~is_drug).then("visits").cast(pl.Float64),
        fill="quantity",
    )


def _other_services(modified: pl.DataFrame) -> pl.DataFrame:
    """Find the items of which another service than the disputed one was authorized: KEY, is_other_service (true)."""
    drug_class = pl.lit(None, pl.String)
    of_authorized = categories(
        modified.select(*KEY, request="authorized", disputed="authorized", drug_class=drug_class)
    ).select(*KEY, "category", "subcategory")
    is_same = pl.all_horizontal(
        pl.col(name).eq_missing(pl.col(f"{name}_authorized")) for name in ("category", "subcategory")
    )
    return (
        modified.filter(pl.col("category") != PHARMACEUTICALS)
        .join(of_authorized, on=KEY, suffix="_authorized")
        .filter(~is_same & pl.col("category_authorized").is_not_null())
        .select(*KEY, is_other_service=pl.lit(value=True))
    )
