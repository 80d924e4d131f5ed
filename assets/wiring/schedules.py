"""The nightly schedule.

Belongs here: when what is looked for, and which runs that asks for. Does not belong here: the runs
(`assets.wiring.jobs`).
"""

import dagster as dg

from assets.wiring.jobs import BLOCK_ASSETS, update
from assets.wiring.partitions import range_tags, ranges
from assets.wiring.resources import Folders
from imr_etl import stages


@dg.schedule(
    cron_schedule="0 2 * * *",
    execution_timezone="America/Los_Angeles",
    job=update,
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Look for new letters and load the blocks that have some. The last run builds the warehouse.",
)
def nightly(context: dg.ScheduleEvaluationContext, folders: Folders) -> dg.SkipReason | list[dg.RunRequest]:
    """Ask for one run a range of blocks that have new letters."""
    with folders.writing() as paths:
        stages.update_files(paths, folders.letters_folder)
        wanted = ranges(stages.pending_blocks(paths))
    if not wanted:
        return dg.SkipReason("No new letters")
    night = context.scheduled_execution_time.date().isoformat()
    return [
        dg.RunRequest(
            run_key=f"{night} {blocks.start} to {blocks.end}",
            tags=range_tags(blocks) | {"dagster/priority": str(len(wanted) - number)},
            asset_selection=BLOCK_ASSETS if number < len(wanted) else None,
        )
        for number, blocks in enumerate(wanted, start=1)
    ]
