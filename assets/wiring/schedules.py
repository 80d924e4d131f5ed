"""Schedules: the nightly run, the daily check of its result, the evening fetch, and the removal of old runs.

Belongs here: when a run is asked for. Does not belong here: the run (`assets.wiring.jobs`).
"""

import dagster as dg

from assets.wiring.jobs import clean, fetch, update, watch
from assets.wiring.resources import Folders
from imr_etl.errors import RunError
from warehouse.build.current import find_pending_work


@dg.schedule(
    cron_schedule="0 2 * * *",
    execution_timezone="America/Los_Angeles",
    job=update,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Bring the warehouse up to date, unless it is. Evaluating the schedule writes nothing.",
)
def nightly(context: dg.ScheduleEvaluationContext, folders: Folders) -> dg.SkipReason | dg.RunRequest:
    """Ask for a run if anything is to be listed, read, parsed, built or written.

    Where that cannot be found out, as without a folder of letters, the run fails with one sentence, and alerts.
    """
    try:
        if find_pending_work(folders.paths, folders.places).is_empty:
            return dg.SkipReason("The warehouse is up to date")
    except (RunError, OSError) as error:
        context.log.warning(f"A run is asked for although it cannot be found out what is left to do: {error}")
    # Dagster makes one run of a key, whatever became of it.
    return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat())


daily_watch = dg.ScheduleDefinition(
    name="daily_watch", job=watch, cron_schedule="0 8 * * *", execution_timezone="America/Los_Angeles"
)
evening_fetch = dg.ScheduleDefinition(
    name="evening_fetch",
    job=fetch,
    cron_schedule="0 20 * * *",
    execution_timezone="America/Los_Angeles",
    description="Fetch from the state's search. Read docs/operations.md before it is switched on.",
)
weekly_clean = dg.ScheduleDefinition(
    name="weekly_clean",
    job=clean,
    cron_schedule="0 4 * * 0",
    execution_timezone="America/Los_Angeles",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
