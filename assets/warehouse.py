"""Stage warehouse: the DuckDB file that people open, with its marts.

Belongs here: the asset `warehouse` and one asset per mart, built together. Does not belong here: how they are built
(`warehouse.build.build`).
"""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from assets.files import letter_files
from assets.wiring import results
from assets.wiring.metadata import mart_schema
from assets.wiring.redo import redo_of
from assets.wiring.resources import Folders
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.transform.tables import TABLE_NAMES
from warehouse import sql, sql_names
from warehouse.build.marts import mart, mart_lineage, mart_names

CHECKS = [
    dg.AssetCheckSpec(name, asset="warehouse", description=sql(f"checks/{name}").splitlines()[0].removeprefix("-- "))
    for name in sql_names("checks")
]
TABLES = {"main.letter_files": letter_files.key, **{f"main.{name}": dg.AssetKey(name) for name in TABLE_NAMES}}
MARTS = [results.mart_key(name) for name in mart_names()]

WAREHOUSE = dg.AssetSpec(
    "warehouse",
    group_name="warehouse",
    kinds={"duckdb", "sql"},
    deps=[letter_files, *TABLE_NAMES],
    description=(
        "The DuckDB warehouse: the tables, codes (code tables) and marts (answers).\n\n"
        "Built beside the old file, checked, and published; readers of the old file go on reading."
    ),
    # The state publishes on working days, and a nightly run without new letters builds nothing.
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=7), warn_window=timedelta(days=4)),
    metadata={
        "tables": dg.MetadataValue.md(
            "\n".join(
                ["| table | one row is |", "|---|---|"]
                + [f"| {t.name} | {t.description} |" for t in WAREHOUSE_TABLES.values()]
            )
        )
    },
)


def _mart(name: str) -> dg.AssetSpec:
    own, reads = mart(name), mart_lineage()[name]["reads"]
    marts = [results.mart_key(read.removeprefix("marts.")) for read in reads if read.startswith("marts.")]
    return dg.AssetSpec(
        results.mart_key(name),
        deps=["warehouse", *marts, *(TABLES[read] for read in reads if read in TABLES)],
        group_name="warehouse",
        kinds={"duckdb", "sql"},
        description=f"{own.description}\n\n```sql\n{own.select}\n```",
        metadata=mart_schema(name),
    )


@dg.multi_asset(specs=[WAREHOUSE, *map(_mart, mart_names())], check_specs=CHECKS, can_subset=True, name="warehouse")
def warehouse(context: dg.AssetExecutionContext, folders: Folders) -> Iterator[results.Result]:
    """Build the warehouse with all marts and publish it. Whichever of them is selected, all are built."""
    from warehouse.build.build import build  # noqa: PLC0415  duckdb loads in 0.15 s, which every start of the code location would pay
    from warehouse.build.inputs import fault  # noqa: PLC0415

    with folders.writing() as paths:
        if found := fault(paths):
            context.log.warning(found)
        report = build(paths, full=redo_of(context, "warehouse") is not None)
    loaded = "all letters" if report.changed is None else f"{report.changed:,} letters of the blocks that changed"
    context.log.info(f"built in {report.seconds:.1f} s, {loaded} loaded")
    for result in results.of_warehouse(paths, report):
        if result.asset_key in context.selected_asset_keys:
            yield result
