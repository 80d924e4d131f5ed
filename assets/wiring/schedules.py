"""The nightly schedule.

Belongs here: when a run is asked for. Does not belong here: the run (`assets.wiring.jobs`).
"""

import dagster as dg

from assets.wiring.jobs import update
from assets.wiring.resources import Folders


@dg.schedule(
    cron_schedule="0 2 * * *",
    execution_timezone="America/Los_Angeles",
    job=update,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Bring the warehouse up to date, unless it is. Evaluating the schedule writes nothing.",
)
def nightly(context: dg.ScheduleEvaluationContext, folders: Folders) -> dg.SkipReason | dg.RunRequest:
    """Ask for a run if anything is to be listed, read, parsed, built or written."""
    from warehouse.build.current import find_pending_work  # noqa: PLC0415  loads duckdb in 0.15 s

    if find_pending_work(folders.paths, folders.letters_folder).is_empty:
        return dg.SkipReason("The warehouse is up to date")
    # Dagster makes one run of a key, whatever became of it.
    return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat())
