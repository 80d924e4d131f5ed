"""The table of contents: stages in the data's order, then how they run.

Belongs here: nothing but the list. Does not belong here: any asset's body.
"""

import dagster as dg

from assets import files, letters, reports, warehouse
from assets.wiring import jobs, resources, schedules

defs = dg.Definitions(
    assets=dg.map_asset_specs(
        lambda spec: spec.replace_attributes(owners=["team:imr-etl"]),
        [
            files.intact_files,
            files.letter_files,
            letters.letters,
            warehouse.warehouse,
            reports.report,
        ],
    ),
    jobs=jobs.JOBS,
    schedules=[schedules.nightly],
    resources={"folders": resources.folders},
    # A step costs 0.05 s in the run's own process and 2 to 4 s in one of its own; letters are read in processes anyhow.
    executor=dg.in_process_executor,
)
