"""Stage warehouse, its answers: the marts.

Belongs here: one asset a mart, all told of together. Does not belong here: how they are made (`warehouse/models`); they
are tables of the warehouse's file and come into being with it.
"""

from collections.abc import Iterator
from contextlib import closing

import dagster as dg

from assets.files import letter_files
from assets.warehouse import warehouse
from assets.wiring.metadata import mart_schema, row_count
from assets.wiring.resources import Folders
from imr_etl.transform.tables import TABLE_NAMES
from warehouse.dictionary import mart_sources
from warehouse.marts import mart

MARTS = list(mart_sources())
TABLES = {"imr.letter_files": letter_files.key, **{f"imr.{name}": dg.AssetKey(name) for name in TABLE_NAMES}}


def key_of(name: str) -> dg.AssetKey:
    """The asset of a mart."""
    return dg.AssetKey(["marts", name])


def _spec(name: str) -> dg.AssetSpec:
    own, reads = mart(name), mart_sources()[name]["reads"]
    marts = [key_of(read.removeprefix("marts.")) for read in reads if read.startswith("marts.")]
    return dg.AssetSpec(
        key_of(name),
        deps=[warehouse.key, *marts, *(TABLES[read] for read in reads if read in TABLES)],
        group_name="warehouse",
        kinds={"duckdb", "sql"},
        description=f"{own.description}\n\n```sql\n{own.statement}\n```",
        metadata=mart_schema(name),
    )


@dg.multi_asset(specs=[_spec(name) for name in MARTS], name="marts")
def marts(folders: Folders) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Tell how many rows each mart of the warehouse has."""
    from warehouse import attached  # noqa: PLC0415  duckdb loads in 0.15 s, which every start of the code location would pay

    with closing(attached(folders.paths.warehouse, read_only=True)) as connection:
        for name in MARTS:
            row = connection.execute(f"SELECT count(*) FROM marts.{name}").fetchone()
            yield dg.MaterializeResult(asset_key=key_of(name), metadata=row_count(row[0] if row else 0))
