"""Stage reports: what people look at.

Belongs here: the asset `report`. Does not belong here: what stands in it (`warehouse.report`).
"""

import dagster as dg

from assets.marts import MARTS, key_of
from assets.wiring.resources import Folders


@dg.asset(
    group_name="reports",
    kinds={"html", "altair"},
    deps=[key_of(name) for name in MARTS],
    description="The figures of all marts as one HTML file, with charts, coverage and definitions.",
)
def report(folders: Folders) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Write the report beside the warehouse."""
    from warehouse.report import write_report  # noqa: PLC0415  altair loads in 0.3 s

    with folders.writing() as paths:
        write_report(paths.warehouse, paths.report)
    return dg.MaterializeResult(
        metadata={"file": dg.MetadataValue.path(str(paths.report)), "bytes": paths.report.stat().st_size}
    )
