"""Retention: what Dagster keeps of old runs is removed.

Belongs here: which runs, events and logs are old. Does not belong here: ticks of schedules and sensors, which Dagster
removes itself (`assets.wiring.instance`), and the data.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

DAYS = 90.0
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
RUNS_AT_A_TIME = 100


def prune(instance: dg.DagsterInstance, days: float) -> tuple[int, int]:
    """Remove runs that ended, their events and logs, and events without a run, that are older than so many days.

    What shows when an asset was last made stays: its newest materialization, and the run that made it. Returns how many
    runs and how many events without a run were removed.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    kept = _runs_of_newest_materializations(instance)
    runs, cursor = 0, None
    old = dg.RunsFilter(statuses=FINISHED, created_before=before)
    while found := instance.get_runs(old, cursor=cursor, limit=RUNS_AT_A_TIME):
        cursor = found[-1].run_id
        for run in found:
            if run.run_id not in kept:
                _remove_run(instance, run.run_id)
                runs += 1
    return runs, _remove_events_without_run(instance, before)


def _runs_of_newest_materializations(instance: dg.DagsterInstance) -> set[str]:
    records = instance.get_asset_records()
    return {
        record.asset_entry.last_materialization_record.run_id
        for record in records
        if record.asset_entry.last_materialization_record
    }


def _remove_run(instance: dg.DagsterInstance, run_id: str) -> None:
    instance.delete_run(run_id)
    shutil.rmtree(Path(instance.storage_directory()) / run_id, ignore_errors=True)
    # Dagster empties the file of a run's events and leaves it.
    for ending in ("db", "db-wal", "db-shm"):
        (Path(instance.root_directory) / "history" / "runs" / f"{run_id}.{ending}").unlink(missing_ok=True)


def _remove_events_without_run(instance: dg.DagsterInstance, before: datetime) -> int:
    """Remove what the command line recorded, and results of checks, except the newest of each kind of each asset."""
    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage):
        return 0
    events, checks, old = SqlEventLogStorageTable.c, AssetCheckExecutionsTable.c, before.replace(tzinfo=None)
    newest = sa.select(sa.func.max(events.id)).group_by(events.asset_key, events.dagster_event_type)
    newest_checks = sa.select(sa.func.max(checks.id)).group_by(checks.asset_key, checks.check_name)
    with storage.index_connection() as connection:
        connection.execute(
            AssetCheckExecutionsTable.delete().where(checks.create_timestamp < old, checks.id.not_in(newest_checks))
        )
        removed = connection.execute(
            SqlEventLogStorageTable.delete().where(
                events.run_id == "", events.timestamp < old, events.id.not_in(newest)
            )
        )
        return int(removed.rowcount)
