"""The Dagster instance of a data folder: its settings, and the order in it after a bad end.

Belongs here: what stands in dagster.yaml and why, and runs that nobody works on. Does not belong here: the runs
(`assets.wiring.jobs`). Run as `python -m assets.wiring.instance <data folder>` before the daemon starts.
"""

import sys
from pathlib import Path

import dagster as dg

from imr_etl.errors import RunError
from imr_etl.locks import writing
from imr_etl.paths import DataPaths

SETTINGS = """\
# Written by imr-etl; a changed copy is replaced.
telemetry: {enabled: false}
nux: {enabled: false}
concurrency: {runs: {max_concurrent_runs: 1}}
# What a run says stands in its events; capturing its output costs two processes a step.
compute_logs: {module: dagster._core.storage.noop_compute_log_manager, class: NoOpComputeLogManager}
# A run whose machine lost power stays STARTED without a limit.
run_monitoring: {enabled: true, poll_interval_seconds: 30, start_timeout_seconds: 180, max_runtime_seconds: 86400}
"""


def prepare(paths: DataPaths) -> None:
    """Make the folder of the instance, with its settings. Raises OSError where it cannot be written."""
    paths.dagster_home.mkdir(parents=True, exist_ok=True)
    settings = paths.dagster_home / "dagster.yaml"
    if not settings.exists() or settings.read_text(encoding="utf-8") != SETTINGS:
        settings.write_text(SETTINGS, encoding="utf-8")


def report_dead_runs(paths: DataPaths, instance: dg.DagsterInstance) -> int:
    """Mark runs as failed that say they are at work while nobody holds the lock of the data folder; how many.

    After kill -9 or a power cut nobody else would.
    """
    try:
        with writing(paths):
            at_work = instance.get_runs(
                dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
            )
            for run in at_work:
                instance.report_run_failed(
                    run, "The process of this run ended without a word. Run again: what was loaded stays."
                )
            return len(at_work)
    except RunError:
        return 0


def main(data: Path) -> None:
    """Prepare the instance of a data folder for a daemon."""
    paths = DataPaths.at(data)
    prepare(paths)
    with dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance:
        report_dead_runs(paths, instance)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
