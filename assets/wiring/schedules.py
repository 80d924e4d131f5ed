"""The nightly schedule.

Belongs here: when what is looked for, and which runs that asks for. Does not belong here: the runs
(`assets.wiring.jobs`), and what is left to do (`warehouse.pending`).
"""

import dagster as dg

from assets.reports import report
from assets.wiring.jobs import BLOCK_ASSETS, WAREHOUSE_ASSETS, update
from assets.wiring.partitions import range_tags, ranges
from assets.wiring.resources import Folders
from imr_etl import stages
from warehouse.pending import pending_work


@dg.schedule(
    cron_schedule="0 2 * * *",
    execution_timezone="America/Los_Angeles",
    job=update,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=(
        "Look for new letters and load the blocks that have some. The last run builds the warehouse; it is asked for"
        " also where all letters are loaded and the warehouse is not current."
    ),
)
def nightly(context: dg.ScheduleEvaluationContext, folders: Folders) -> dg.SkipReason | list[dg.RunRequest]:
    """Ask for one run for each range of blocks that have letters to be loaded, else for a build that is pending."""
    with folders.writing() as paths:
        stages.update_files(paths, folders.letters_folder)
        work = pending_work(paths)
    if work.is_empty:
        return dg.SkipReason("No new letters")
    # Dagster makes one run of a key, whatever became of it.
    tick = context.scheduled_execution_time.isoformat()
    if not work.letters:
        return [dg.RunRequest(run_key=f"{tick} warehouse", asset_selection=[*WAREHOUSE_ASSETS, report.key])]
    wanted = ranges(list(work.letters))
    return [
        dg.RunRequest(
            run_key=f"{tick} {blocks.start} to {blocks.end}",
            tags=range_tags(blocks) | {"dagster/priority": str(len(wanted) - number)},
            asset_selection=BLOCK_ASSETS if number < len(wanted) else None,
        )
        for number, blocks in enumerate(wanted, start=1)
    ]
