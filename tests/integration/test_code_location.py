"""The Dagster code location: what an operator finds in the UI."""

import tomllib
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import yaml

from assets.definitions import defs
from assets.wiring.instance import prepare, report_dead_runs
from assets.wiring.resources import Folders
from imr_etl.storage.locks import writing
from imr_etl.storage.paths import DataPaths
from imr_etl.transform.tables import TABLE_NAMES
from warehouse.build.marts import mart_names

ROOT = Path(__file__).parent.parent.parent
MARTS = [f"marts/{name}" for name in mart_names()]
ASSETS = [
    "intact_files",
    "letter_files",
    "published_decisions",
    "letter_lines",
    *TABLE_NAMES,
    "warehouse",
    *MARTS,
    "report",
]


@pytest.fixture(scope="module")
def specs() -> dict[str, dg.AssetSpec]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_workspace_and_pyproject_load_the_same_location() -> None:
    (module,) = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    assert module["python_module"]["module_name"] == project["code_location_target_module"]
    assert module["python_module"]["location_name"] == project["code_location_name"]


def test_assets_stand_in_the_groups_of_their_stages(specs: dict[str, dg.AssetSpec]) -> None:
    groups = {name: spec.group_name for name, spec in specs.items()}
    assert groups == {
        "letters_folder": "files",
        "intact_files": "files",
        "letter_files": "files",
        "published_decisions": "files",
        "letter_lines": "lines",
        **dict.fromkeys(TABLE_NAMES, "tables"),
        **dict.fromkeys(["warehouse", *MARTS], "warehouse"),
        "report": "reports",
    }


@pytest.mark.parametrize("name", ASSETS)
def test_an_asset_says_what_it_is(specs: dict[str, dg.AssetSpec], name: str) -> None:
    spec = specs[name]
    assert spec.description
    assert 0 < len(spec.kinds) <= 3
    assert spec.owners
    if name not in ("intact_files", "warehouse", "report"):
        columns = spec.metadata["dagster/column_schema"].columns
        assert columns
        assert all(column.description for column in columns)


def test_jobs_and_the_schedule() -> None:
    assert {job.name for job in defs.resolve_all_job_defs()} >= {
        "update",
        "reparse",
        "reread",
        "rebuild",
        "watch",
        "clean",
    }
    schedule = defs.resolve_schedule_def("nightly")
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "America/Los_Angeles"
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


def run(job: str, instance: dg.DagsterInstance, folders: Folders) -> dg.ExecuteInProcessResult:
    """A run of a job as a launcher starts it, with nothing but the job's own tags and configuration."""
    config = {"resources": {"folders": {"config": {"letters": folders.letters, "data": folders.data}}}}
    return defs.resolve_job_def(job).execute_in_process(instance=instance, run_config=config)


def row_count(instance: dg.DagsterInstance, key: str | list[str]) -> object:
    event = instance.get_latest_materialization_event(dg.AssetKey(key))
    assert event is not None
    assert event.asset_materialization is not None
    return event.asset_materialization.metadata["dagster/row_count"].value


def test_the_schedule_asks_for_one_run_until_the_warehouse_is_current(letters: Path, data: Path) -> None:
    folders = Folders(letters=str(letters), data=str(data))
    schedule = defs.resolve_schedule_def("nightly")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime(2026, 11, 23, 10, tzinfo=UTC),
            resources={"folders": folders},
        )
        (request,) = schedule.evaluate_tick(context).run_requests
        assert request.run_key == "2026-11-23T10:00:00+00:00"
        assert not data.exists(), "a tick writes nothing"
        result = run("update", instance, folders)
        assert result.success
        assert len(result.all_events) <= 300
        assert row_count(instance, "determinations") == 3
        assert row_count(instance, ["marts", "items"]) == row_count(instance, "disputed_items")
        skipped = schedule.evaluate_tick(context)
        assert skipped.run_requests == []
        assert skipped.skip_message == "The warehouse is up to date"


@pytest.mark.parametrize(("job", "read", "parsed"), [("update", 0, 0), ("reparse", 0, 3), ("reread", 3, 3)])
def test_a_job_makes_again_what_its_name_says(letters: Path, data: Path, job: str, read: int, parsed: int) -> None:
    folders = Folders(letters=str(letters), data=str(data))
    with dg.DagsterInstance.ephemeral() as instance:
        assert run("update", instance, folders).success
        result = run(job, instance, folders)
        (made,) = [m for m in result.asset_materializations_for_node("letters") if m.asset_key.path == ["letter_lines"]]
        assert (made.metadata["letters read"].value, made.metadata["letters parsed"].value) == (read, parsed)


def test_dead_runs_are_reported(data: Path) -> None:
    paths = DataPaths.at(data)
    prepare(paths)
    job = defs.resolve_job_def("update")
    config = {"resources": {"folders": {"config": {"letters": "letters", "data": str(data)}}}}
    status = dg.DagsterRunStatus
    with dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance:

        def begun(status: dg.DagsterRunStatus) -> str:
            return instance.create_run_for_job(job, status=status, run_config=config).run_id

        def failed() -> set[str]:
            return {run.run_id for run in instance.get_runs(dg.RunsFilter(statuses=[status.FAILURE]))}

        begun(status.SUCCESS)
        dead = {begun(status.STARTED), begun(status.CANCELING)}
        of_a_daemon = {begun(status.NOT_STARTED), begun(status.STARTING)}
        with writing(paths), ThreadPoolExecutor(1) as other:
            assert other.submit(report_dead_runs, paths, instance).result() == 0
        assert report_dead_runs(paths, instance) == 2
        assert failed() == dead
        assert report_dead_runs(paths, instance, is_daemon_down=True) == 2
        assert failed() == dead | of_a_daemon
        assert report_dead_runs(paths, instance, is_daemon_down=True) == 0
