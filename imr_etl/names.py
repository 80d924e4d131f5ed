"""The names that a search may be narrowed by, and which code tables have them.

Belongs here: reading those names as they lie, without the libraries that commands need, for a shell that waits for
them. Does not belong here: what another spelling means (`warehouse.query.search`), the tables (`imr_etl.vocabulary`).
"""

import csv
import io
from collections.abc import Iterator
from importlib.resources import files

NAME_TABLES = {
    "category": (("categories", "category"),),
    "subcategory": (("categories", "subcategory"),),
    "specialty": (("specialties", "specialty"),),
    "treatment": (("treatments", "treatment"), ("drugs", "ingredient")),
}
"""What is named -> the code tables and their columns with its names."""


def names(what: str) -> Iterator[str]:
    """The names of `NAME_TABLES`, in the order of the tables; a category stands once for each subcategory."""
    for table, column in NAME_TABLES[what]:
        # The package `imr_etl.vocabulary` itself loads polars.
        text = files("imr_etl").joinpath("vocabulary", f"{table}.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(io.StringIO(text)):
            yield row[column]
