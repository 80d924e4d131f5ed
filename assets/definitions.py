"""The table of contents: stages in the data's order, then how they run.

Belongs here: nothing but the list. Does not belong here: any asset's body.
"""

import dagster as dg

from assets import files, health, letters, reports, search, warehouse
from assets.wiring import alerts, jobs, resources, schedules

WITH_WORDS_OF_LETTERS = {"files": False, "lines": True, "tables": True, "warehouse": True, "reports": True}


def tags_of(spec: dg.AssetSpec) -> dict[str, str]:
    """Tag an asset with its stage, and with whether words of letters, which may be personal data, stand in it."""
    has_words = WITH_WORDS_OF_LETTERS[str(spec.group_name)]
    return {"imr_etl/stage": str(spec.group_name)} | ({"imr_etl/personal_data": "possible"} if has_words else {})


defs = dg.Definitions(
    assets=dg.map_asset_specs(
        lambda spec: spec.replace_attributes(owners=["team:imr-etl"], tags={**spec.tags, **tags_of(spec)}),
        [
            files.LETTERS_FOLDER,
            files.intact_files,
            files.letter_files,
            search.published_decisions,
            letters.letters,
            warehouse.warehouse,
            reports.report,
        ],
    ),
    jobs=jobs.JOBS,
    asset_checks=[health.health],
    schedules=[schedules.nightly, schedules.daily_watch, schedules.evening_fetch, schedules.weekly_clean],
    sensors=[alerts.alert],
    resources={"folders": resources.folders},
    # A step costs 0.05 s in the run's own process and 2 to 4 s in one of its own; letters are read in processes anyhow.
    executor=dg.in_process_executor,
)
