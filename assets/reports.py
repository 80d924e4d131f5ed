"""Stage reports: what people look at.

Belongs here: the asset `report`. Does not belong here: what it says (`warehouse.query.report`).
"""

from collections.abc import Iterator

import dagster as dg

from assets.warehouse import MARTS
from assets.wiring import results
from assets.wiring.resources import Folders, run_name
from imr_etl import __version__
from imr_etl.storage import last_run


@dg.asset(
    group_name="reports",
    kinds={"html", "altair"},
    code_version=__version__,
    deps=MARTS,
    description="The figures of all marts as one HTML file, with charts, coverage and definitions.",
)
def report(context: dg.AssetExecutionContext, folders: Folders) -> Iterator[results.Result]:
    """Write the report beside the warehouse. Fails after that if the run could not list all places of letters."""
    from warehouse.query.report import write_report  # noqa: PLC0415  altair loads in 0.3 s

    with folders.writing(context) as paths:
        write_report(paths.warehouse, paths.report)
        last_run.note(paths, run_name(context), is_over=True)
        known = last_run.read(paths) or {}
    yield from results.of_report(paths)
    if known.get("error"):
        raise dg.Failure(known["error"], allow_retries=False)
