"""The Dagster instance of a data folder: its settings, and what is put in order after a run that died.

Belongs here: what stands in dagster.yaml and why, and runs that nobody works on. Does not belong here: the runs
(`assets.wiring.jobs`). Run as `python -m assets.wiring.instance <data folder>` before the daemon starts.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from imr_etl.errors import RunError
from imr_etl.storage.locks import private_files, writing
from imr_etl.storage.paths import DataPaths

SETTINGS = """\
# Written by imr-etl; a changed copy is replaced.
telemetry: {enabled: false}
nux: {enabled: false}
concurrency: {runs: {max_concurrent_runs: 1}}
python_logs: {python_log_level: INFO}
# Ticks; runs and their events are removed by the job `clean`.
retention: {schedule: {purge_after_days: 90}, sensor: {purge_after_days: 7}}
# A run whose machine lost power stays STARTED without a limit.
run_monitoring: {enabled: true, poll_interval_seconds: 30, start_timeout_seconds: 180, max_runtime_seconds: 86400}
"""

WORKSPACE = """\
# Written by imr-etl; a changed copy is replaced.
load_from:
  - python_module:
      module_name: assets.definitions
      location_name: imr_etl
"""

BEFORE_THE_LOCK = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING)
UNFINISHED = [*BEFORE_THE_LOCK, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def prepare(paths: DataPaths) -> None:
    """Make the folder of the instance, with its settings. Raises OSError where it cannot be written."""
    paths.dagster_home.mkdir(parents=True, exist_ok=True)
    for name, text in (("dagster.yaml", SETTINGS), ("workspace.yaml", WORKSPACE)):
        file = paths.dagster_home / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


DIED = "The process of this run ended unexpectedly. Run again: what was loaded stays."


def report_dead_runs(paths: DataPaths, instance: dg.DagsterInstance, *, is_daemon_down: bool = False) -> int:
    """Mark as failed the runs that count as started while nobody holds the lock of the data folder; return how many.

    Nothing else does so after kill -9 or a power cut. A run that a living daemon is about to start holds no lock yet.
    """
    try:
        with writing(paths):
            dead = [
                run
                for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
                if run.status not in BEFORE_THE_LOCK or is_daemon_down
            ]
            for run in dead:
                instance.report_run_failed(run, DIED)
            return len(dead)
    except RunError:
        return 0


@contextlib.contextmanager
def opened(paths: DataPaths) -> Iterator[dg.DagsterInstance]:
    """Open the Dagster instance of a data folder, made if missing."""
    prepare(paths)
    with dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance:
        yield instance


def main(data: Path) -> None:
    """Prepare the instance of a data folder for a daemon."""
    paths = DataPaths.at(data)
    with private_files(), opened(paths) as instance:
        report_dead_runs(paths, instance, is_daemon_down=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
