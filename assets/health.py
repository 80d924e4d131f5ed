"""Health: two checks that separate "a run failed or did not take place" from "no letters came".

Belongs here: the checks, which the job `watch` makes every day without a run of the pipeline. Does not belong here: the
checks of what is in the warehouse (`warehouse/sql/checks`).
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
import polars as pl

from assets.wiring.resources import Folders
from imr_etl.errors import RunError
from imr_etl.pipeline.update import known_letters
from warehouse.build.current import find_pending_work

QUIET_DAYS = float(os.environ.get("IMR_QUIET_DAYS") or 7)
"""Days without a new letter after which somebody should look. The state publishes on working days."""

CURRENT = dg.AssetCheckSpec(
    "warehouse_is_current",
    asset="warehouse",
    description="The warehouse holds every letter that there is. If not, a run failed or did not take place.",
)
ARRIVING = dg.AssetCheckSpec(
    "letters_arrive",
    asset="letter_files",
    description=f"A new letter came within {QUIET_DAYS:g} days. If not, the source of letters may have stopped.",
)


@dg.multi_asset_check(specs=[CURRENT, ARRIVING], name="health")
def health(folders: Folders) -> Iterator[dg.AssetCheckResult]:
    """Compare all letters with the warehouse, and the newest letter with today. Fails if a run is missing."""
    letters = known_letters(folders.paths, "first_seen")
    now = datetime.now(UTC).replace(tzinfo=None)
    newest = letters.select(pl.col("first_seen").max()).item()
    days = (now - newest).total_seconds() / 86400 if newest else None
    yield dg.AssetCheckResult(
        asset_key=ARRIVING.asset_key,
        check_name=ARRIVING.name,
        passed=days is not None and days <= QUIET_DAYS,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"newest letter came": str(newest), "days": None if days is None else round(days, 1)},
    )
    try:
        work = find_pending_work(folders.paths, folders.places)
        missing = None if work.is_empty else work.description
    except (RunError, OSError) as error:
        missing = str(error)
    yield dg.AssetCheckResult(
        asset_key=CURRENT.asset_key,
        check_name=CURRENT.name,
        passed=missing is None,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"left to do": missing or "nothing"},
    )
    if missing:
        raise dg.Failure(f"The warehouse is not current: {missing}", allow_retries=False)
