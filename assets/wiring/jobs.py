"""Jobs: what an operator starts.

Belongs here: which assets a run makes, and what it makes again. Does not belong here: when (`assets.wiring.schedules`).
"""

import os

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.wiring.redo import TAG
from assets.wiring.retention import DAYS, prune

HEALTH = dg.AssetSelection.checks(
    dg.AssetCheckKey(dg.AssetKey("warehouse"), "warehouse_is_current"),
    dg.AssetCheckKey(dg.AssetKey("letter_files"), "letters_arrive"),
)
FETCHED = dg.AssetSelection.assets("published_decisions")
ALL = dg.AssetSelection.all() - HEALTH - FETCHED

update = dg.define_asset_job(
    "update",
    ALL,
    description="Load the letters that are new: list, read, parse, build the warehouse, write the report.",
)
reparse = dg.define_asset_job(
    "reparse",
    ALL,
    tags={TAG: "tables"},
    description="Make all tables again from the stored lines, then the warehouse and the report.",
)
reread = dg.define_asset_job(
    "reread",
    ALL,
    tags={TAG: "lines"},
    description="Read all letters again, make all tables again, then the warehouse and the report.",
)
rebuild = dg.define_asset_job(
    "rebuild",
    dg.AssetSelection.groups("warehouse", "reports") - HEALTH,
    tags={TAG: "warehouse"},
    description="Load all tables into a new warehouse, and write the report.",
)
fetch = dg.define_asset_job(
    "fetch",
    FETCHED,
    description="Ask the state's search for new decisions and fetch their letters, for some hours.",
)
watch = dg.define_asset_job(
    "watch",
    HEALTH,
    description="Check that the warehouse is current and that letters arrive. Fails, and alerts, if a run is missing.",
)


class CleanConfig(dg.Config):
    """`days`: how long runs, events and logs are kept."""

    days: float = float(os.environ.get("IMR_KEEP_DAYS") or DAYS)


@dg.op
def prune_runs(context: dg.OpExecutionContext, config: CleanConfig) -> None:
    """Remove runs, events and logs of Dagster that are older than `days`."""
    runs, events = prune(context.instance, config.days)
    context.log.info(f"{runs:,} runs and {events:,} events without a run were older than {config.days:g} days")


@dg.job(description="Remove runs, events and logs of Dagster that are older than IMR_KEEP_DAYS (90).")
def clean() -> None:
    """Remove what is old."""
    prune_runs()


JOBS: list[dg.JobDefinition | UnresolvedAssetJobDefinition] = [update, reparse, reread, rebuild, fetch, watch, clean]
