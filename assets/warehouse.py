"""Stage warehouse: the DuckDB file that people open, with its marts.

Belongs here: the asset `warehouse` and one asset per mart, built together. Does not belong here: how they are built
(`warehouse.build.build`).
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

import dagster as dg

from assets.files import letter_files
from assets.wiring import results
from assets.wiring.metadata import asset_of, mart_key, mart_schema
from assets.wiring.redo import redo_of
from assets.wiring.resources import Folders, run_name
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.storage import last_run
from imr_etl.transform.tables import TABLE_NAMES
from warehouse import sql, sql_names
from warehouse.build.build import build
from warehouse.build.checks import BLOCK, FailedChecksError, check_header
from warehouse.build.inputs import fault, rules
from warehouse.build.marts import mart, mart_lineage, mart_names

CHECKS = [
    dg.AssetCheckSpec(
        name,
        asset="warehouse",
        description=sql(f"checks/{name}").splitlines()[0].removeprefix("-- "),
        blocking=check_header(name)["severity"] == BLOCK,
    )
    for name in sql_names("checks")
]
MARTS = [mart_key(name) for name in mart_names()]

WAREHOUSE = dg.AssetSpec(
    "warehouse",
    group_name="warehouse",
    kinds={"duckdb", "sql"},
    code_version=rules(),
    deps=[letter_files, *TABLE_NAMES],
    description=(
        "The DuckDB warehouse: the tables, codes (code tables) and marts (answers).\n\n"
        "Built beside the old file, checked, and published; readers of the old file go on reading."
    ),
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
    return dg.AssetSpec(
        mart_key(name),
        code_version=sha256(own.select.encode()).hexdigest()[:12],
        deps=["warehouse", *filter(None, map(asset_of, reads))],
        group_name="warehouse",
        kinds={"duckdb", "sql"},
        description=f"{own.description}\n\n```sql\n{own.select}\n```",
        metadata=mart_schema(name),
    )


@dg.multi_asset(specs=[WAREHOUSE, *map(_mart, mart_names())], check_specs=CHECKS, can_subset=True, name="warehouse")
def warehouse(context: dg.AssetExecutionContext, folders: Folders) -> Iterator[results.Made]:
    """Build the warehouse with all marts and publish it. Whichever of them is selected, all are built."""

    def selected(checks: Iterable[dg.AssetCheckResult]) -> Iterator[dg.AssetCheckResult]:
        keys = context.selected_asset_check_keys
        return (check for check in checks if dg.AssetCheckKey(WAREHOUSE.key, str(check.check_name)) in keys)

    with folders.writing(context) as paths:
        if found := fault(paths):
            context.log.warning(found)
        try:
            report = build(paths, full=redo_of(context, "warehouse") is not None, wait=folders.wait(context))
        except FailedChecksError as error:
            yield from selected(results.of_checks(error.checks))
            raise
        last_run.note(paths, run_name(context), {"letters_in_the_warehouse": report.rows["determinations"]})
    loaded = "all letters" if report.changed is None else f"{report.changed:,} changed letters"
    context.log.info(f"built in {report.seconds:.1f} s, {loaded} loaded")
    yield from (r for r in results.of_warehouse(paths, report) if r.asset_key in context.selected_asset_keys)
    yield from selected(results.of_checks(report.checks))
