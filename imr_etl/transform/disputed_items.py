"""`disputed_items`: one row per disputed treatment.

Belongs here: what is made of a request as a whole. Does not belong here: how requests are found
(`imr_etl.parse.items`), and each of the things that a request names (a module each).
"""

import polars as pl

from imr_etl.parse.items import modifications
from imr_etl.transform.categories import categories
from imr_etl.transform.once import read_once
from imr_etl.transform.retrospective import is_retrospective
from imr_etl.transform.visits import visits

KEY = ["sha256", "item_number"]


def with_modifications(items: pl.DataFrame) -> pl.DataFrame:
    """Parsed items with `authorized` and `disputed`: which part of a request utilization review had granted."""
    authorized, disputed = modifications(pl.col("request"))
    return items.with_columns(authorized=authorized, disputed=disputed)


def disputed_items(items: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Items of `with_modifications` with category, subcategory, treatment, visits and is_retrospective.

    `drugs` are the rows of `item_drugs` that any of them gave.
    """
    first_drug = drugs.filter(pl.col("position") == 1).select(*KEY, "drug_class")
    items = items.join(first_drug, on=KEY, how="left", maintain_order="left")
    items = items.join(categories(items), on=KEY, how="left", maintain_order="left")
    return items.join(
        read_once(items, KEY, ["disputed", "category"], visits), on=KEY, how="left", maintain_order="left"
    ).with_columns(is_retrospective=is_retrospective(pl.col("request")))
