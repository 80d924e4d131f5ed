"""`disputed_items`: one row per disputed treatment.

Belongs here: what is made of a request as a whole. Does not belong here: how requests are found
(`imr_etl.parse.items`), and each of the things that a request names (a module each).
"""

import polars as pl

from imr_etl.distinct_texts import map_distinct_texts
from imr_etl.transform.categories import categories
from imr_etl.transform.retrospective import is_retrospective
from imr_etl.transform.visits import visits

KEY = ["sha256", "item_number"]


def disputed_items(items: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Add category, subcategory, treatment, visits and is_retrospective to parsed items.

    `drugs` are the rows of `item_drugs` that any of them gave.
    """
    first_drug = drugs.filter(pl.col("position") == 1).select(*KEY, "drug_class")
    items = items.join(first_drug, on=KEY, how="left", maintain_order="left")
    items = items.join(categories(items), on=KEY, how="left", maintain_order="left")
    return items.join(
        map_distinct_texts(items, KEY, ["disputed", "category"], visits), on=KEY, how="left", maintain_order="left"
    ).with_columns(is_retrospective=is_retrospective(pl.col("request")))
