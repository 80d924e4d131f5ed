"""What an operator has beside runs: health, retention, a record of runs that may break without harm."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import small_disks
import sqlalchemy as sa
from click.testing import CliRunner
from loading import load_tables
from make_letters import LETTERS as SAMPLES

from assets.definitions import defs
from assets.wiring import instance as instances
from assets.wiring.retention import prune
from imr_etl.cli import cli
from imr_etl.pipeline.update import known_letters, write_letter_files
from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build
from warehouse.query.report import write_report


def test_health_separates_a_missing_run_from_missing_letters(letters: Path, data: Path) -> None:
    paths = load_tables(letters, data)
    build(paths)
    write_report(paths.warehouse, paths.report)
    config = {"resources": {"folders": {"config": {"letters": str(letters), "data": str(data)}}}}

    def watch() -> tuple[bool, dict[str, bool]]:
        result = defs.resolve_job_def("watch").execute_in_process(run_config=config, raise_on_error=False)
        return result.success, {check.check_name: check.passed for check in result.get_asset_check_evaluations()}

    assert watch() == (True, {"warehouse_is_current": True, "letters_arrive": True})
    shutil.copy(SAMPLES / "CM16-0051188.pdf", letters)
    assert watch() == (False, {"warehouse_is_current": False, "letters_arrive": True})
    (letters / "CM16-0051188.pdf").unlink()
    write_letter_files(paths, known_letters(paths).with_columns(first_seen=pl.lit(datetime(2020, 1, 1))))
    build(paths)
    write_report(paths.warehouse, paths.report)
    assert watch() == (True, {"warehouse_is_current": True, "letters_arrive": False})


@pytest.mark.parametrize("started_by", ["a job", "the command line"])
def test_old_runs_are_removed_and_what_is_newest_stays(imr_etl, data: Path, started_by: str) -> None:
    paths, old = DataPaths.at(data), datetime.now(UTC) - timedelta(days=100)
    with instances.opened(paths) as instance:
        key = dg.AssetKey("report")
        for _ in range(3):
            instance.report_runless_asset_event(dg.AssetMaterialization(key))

        @dg.asset
        def made() -> None:
            pass

        runs = [dg.materialize([made], instance=instance).run_id for _ in range(3)]
    age(paths, old, runs[:2])
    events = paths.dagster_home / "history" / "runs"
    assert {path.stem for path in events.glob("*-*.db")} == set(runs)
    if started_by == "a job":
        with instances.opened(paths) as instance:
            assert defs.resolve_job_def("clean").execute_in_process(instance=instance).success
    else:
        assert "Removed 2 runs and 2 events" in imr_etl("clean", "--data", data).stdout
    with instances.opened(paths) as instance:
        assert not {run.run_id for run in instance.get_runs()} & set(runs[:2])
        assert runs[2] in {run.run_id for run in instance.get_runs()}
        assert len(instance.fetch_materializations(key, limit=9).records) == 1
        assert instance.get_latest_materialization_event(dg.AssetKey("made")) is not None
        assert prune(instance, 90) == (0, 0)
    assert not {path.stem for path in events.glob("*.db")} & set(runs[:2])


def age(paths: DataPaths, then: datetime, runs: list[str]) -> None:
    """Let runs, and events without a run, be of an earlier time."""
    history = paths.dagster_home / "history"
    with sqlite3.connect(history / "runs.db") as database:
        for run in runs:
            database.execute("UPDATE runs SET create_timestamp = ? WHERE run_id = ?", (str(then)[:19], run))
    with sqlite3.connect(history / "runs" / "index.db") as database:
        database.execute("UPDATE event_logs SET timestamp = ? WHERE run_id = ''", (str(then)[:19],))


def test_cleaning_a_folder_without_runs_is_refused(imr_etl, tmp_path: Path) -> None:
    done = imr_etl("clean", "--data", tmp_path)
    assert done.returncode == 1
    assert "has no records of runs" in done.stderr
    assert list(tmp_path.iterdir()) == []


def spoil(home: Path) -> None:
    for file in home.rglob("*.db"):
        file.write_bytes(b"no database" * 1000)


def lock(home: Path) -> sqlite3.Connection:
    holder = sqlite3.connect(home / "history" / "runs" / "index.db")
    holder.execute("BEGIN EXCLUSIVE")
    return holder


@pytest.mark.parametrize("harm", [shutil.rmtree, spoil, lock])
def test_harm_to_the_record_of_runs_leaves_the_data_as_it_is(
    load, letters: Path, data: Path, ask: Callable[[str], list[tuple[object, ...]]], harm: Callable[[Path], object]
) -> None:
    build(load_tables(letters, data))
    home = DataPaths.at(data).dagster_home
    with instances.opened(DataPaths.at(data)):
        pass
    held = harm(home)
    shutil.copy(SAMPLES / "CM16-0051188.pdf", letters)
    done = load()
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert ask("SELECT count(*) FROM main.determinations") == [(4,)]
    assert ("could not record the run" in done.stderr) == (harm is not shutil.rmtree)
    del held
    shutil.rmtree(home)
    assert load().returncode == 0


@pytest.mark.parametrize("started_by", ["a job", "the command line"])
def test_a_disk_that_is_full_in_the_record_of_runs_leaves_the_data_as_it_is(
    letters: Path, data: Path, ask: Callable[[str], list[tuple[object, ...]]], started_by: str
) -> None:
    paths = DataPaths.at(data)
    config = {"resources": {"folders": {"config": {"letters": str(letters), "data": str(data)}}}}

    def run() -> bool:
        if started_by == "the command line":
            done = CliRunner().invoke(cli, ["run", "--letters", str(letters), "--data", str(data)])
            assert done.exit_code == 0, done.output
            return "could not record the run" not in done.output
        with instances.opened(paths) as instance:
            return defs.resolve_job_def("update").execute_in_process(instance=instance, run_config=config).success

    with small_disks.disk(paths.dagster_home, 4_000) as small:
        with instances.opened(paths):
            pass
        (small.root / "other").write_bytes(bytes(1024 * (4_000 - small.used - 300)))
        try:
            is_recorded = run()
        except (OSError, sqlite3.Error, sa.exc.SQLAlchemyError):
            is_recorded = False
        assert not is_recorded
        (small.root / "other").unlink()
        assert run()
    assert ask("SELECT count(*) FROM main.determinations") == [(3,)]
