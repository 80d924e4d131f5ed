"""Stage warehouse: the DuckDB file that people open.

Belongs here: the asset `warehouse`. Does not belong here: how it is built (`warehouse.build`).
"""

from datetime import timedelta

import dagster as dg

from assets.files import letter_files
from assets.wiring.metadata import row_count
from assets.wiring.resources import Folders
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.transform import TABLE_NAMES
from warehouse import sql, sql_names
from warehouse.checks import CheckResult

CHECKS = [
    dg.AssetCheckSpec(name, asset="warehouse", description=sql(f"checks/{name}").splitlines()[0].removeprefix("-- "))
    for name in sql_names("checks")
]


class WarehouseConfig(dg.Config):
    """Load all letters, also where the warehouse before can be gone on from."""

    full: bool = False


@dg.asset(
    group_name="warehouse",
    kinds={"duckdb", "sql"},
    deps=[letter_files, *TABLE_NAMES],
    description=(
        "The DuckDB warehouse: schemas main (tables), codes (code tables) and marts (answers).\n\n"
        "Built beside the old file, checked, and swapped in; readers of the old file go on reading. Where few "
        "blocks changed, their letters are loaded into a copy of the old file."
    ),
    check_specs=CHECKS,
    # The state publishes on working days, and a night without new letters builds nothing.
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=7), warn_window=timedelta(days=4)),
    metadata={
        "tables": dg.MetadataValue.md(
            "\n".join(
                ["| table | one row is |", "|---|---|"]
                + [f"| main.{t.name} | {t.description} |" for t in WAREHOUSE_TABLES.values()]
            )
        )
    },
)
def warehouse(context: dg.AssetExecutionContext, config: WarehouseConfig, folders: Folders) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Build the warehouse and swap it in."""
    from warehouse.build import build  # noqa: PLC0415  duckdb loads in 0.15 s, which every start of the code location would pay
    from warehouse.inputs import fault  # noqa: PLC0415

    with folders.writing() as paths:
        if found := fault(paths):
            context.log.warning(found)
        report = build(paths, full=config.full)
    what = "all letters" if report.changed is None else f"{report.changed:,} letters that changed"
    context.log.info(f"built in {report.seconds:.1f} s, {what} loaded")
    return dg.MaterializeResult(
        metadata={
            **row_count(report.rows["determinations"]),
            **{f"rows of {name}": rows for name, rows in report.rows.items()},
            "loaded": what,
            "problems": dg.MetadataValue.json(report.problems),
            "seconds": round(report.seconds, 2),
            "file": dg.MetadataValue.path(str(paths.warehouse)),
        },
        check_results=[_result(check) for check in report.checks],
    )


def _result(check: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=check.name,
        passed=check.passed,
        severity=dg.AssetCheckSeverity.ERROR if check.severity == "block" else dg.AssetCheckSeverity.WARN,
        metadata={
            "bad rows": check.count,
            "bound": check.bound,
            "first bad rows": dg.MetadataValue.json([[str(value) for value in row] for row in check.sample]),
        },
    )
