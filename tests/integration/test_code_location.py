"""The Dagster code location: what an operator finds in the UI."""

import tomllib
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assets.definitions import defs
from assets.wiring.instance import COMMAND_LINE, prepare, report_dead_runs
from assets.wiring.partitions import BLOCKS_A_RUN, PLACE, blocks, ranges
from assets.wiring.resources import Folders
from imr_etl.blocks import BLOCKS
from imr_etl.locks import writing
from imr_etl.paths import DataPaths
from imr_etl.transform.tables import TABLE_NAMES
from warehouse.marts import mart_names

ROOT = Path(__file__).parent.parent.parent
MARTS = [f"marts/{name}" for name in mart_names()]
ASSETS = ["letter_files", "letter_lines", *TABLE_NAMES, "warehouse", *MARTS, "report"]


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
        "letter_files": "files",
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
    if name not in ("warehouse", "report"):
        columns = spec.metadata["dagster/column_schema"].columns
        assert columns
        assert all(column.description for column in columns)


def test_a_warehouse_that_nobody_builds_is_told_as_stale(specs: dict[str, dg.AssetSpec]) -> None:
    assert {name for name, spec in specs.items() if spec.freshness_policy} == {"warehouse"}


def test_jobs_and_the_schedule() -> None:
    assert {job.name for job in defs.resolve_all_job_defs()} >= {"update", "reparse", "full"}
    schedule = defs.resolve_schedule_def("nightly")
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "America/Los_Angeles"
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


def test_the_schedule_asks_for_the_blocks_with_news_once(letters: Path, data: Path) -> None:
    folders = Folders(letters=str(letters), data=str(data))
    schedule = defs.resolve_schedule_def("nightly")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime(2026, 11, 23, 10, tzinfo=UTC),
            resources={"folders": folders},
        )
        requests = schedule.evaluate_tick(context).run_requests
        asked = [
            (r.tags["dagster/asset_partition_range_start"], r.tags["dagster/asset_partition_range_end"])
            for r in requests
        ]
        assert asked == [("CM16-002", "CM16-002"), ("unnumbered", "unnumbered")]
        assert [r.asset_selection is None for r in requests] == [False, True]
        job = defs.resolve_job_def("update")
        for request in requests:
            result = job.execute_in_process(
                instance=instance,
                tags=request.tags,
                asset_selection=request.asset_selection,
                run_config={"resources": {"folders": {"config": {"letters": str(letters), "data": str(data)}}}},
            )
            assert result.success
        counted = instance.get_materialized_partitions(dg.AssetKey("determinations"))
        assert counted == {"CM16-002", "unnumbered"}
        event = instance.get_latest_materialization_event(dg.AssetKey("disputed_items"))
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["dagster/row_count"].value == 2
        skipped = schedule.evaluate_tick(context)
        assert skipped.run_requests == []
        assert skipped.skip_message == "No new letters"


def test_dead_runs_are_reported(data: Path) -> None:
    paths = DataPaths.at(data)
    prepare(paths)
    job = defs.resolve_job_def("files")
    config = {"resources": {"folders": {"config": {"letters": "letters", "data": str(data)}}}}
    status = dg.DagsterRunStatus
    with dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance:

        def begun(status: dg.DagsterRunStatus, tags: dict[str, str] | None = None) -> str:
            return instance.create_run_for_job(job, status=status, tags=tags, run_config=config).run_id

        def failed() -> set[str]:
            return {run.run_id for run in instance.get_runs(dg.RunsFilter(statuses=[status.FAILURE]))}

        begun(status.SUCCESS)
        dead = {begun(status.STARTED), begun(status.CANCELING), begun(status.NOT_STARTED, COMMAND_LINE)}
        of_a_daemon = {begun(status.NOT_STARTED), begun(status.STARTING)}
        with writing(paths), ThreadPoolExecutor(1) as other:
            assert other.submit(report_dead_runs, paths, instance).result() == 0
        assert report_dead_runs(paths, instance) == 3
        assert failed() == dead
        assert report_dead_runs(paths, instance, daemon_is_down=True) == 2
        assert failed() == dead | of_a_daemon
        assert report_dead_runs(paths, instance, daemon_is_down=True) == 0


@given(st.sets(st.sampled_from(BLOCKS)).map(list))
def test_ranges_cover_the_blocks_and_nothing_else(wanted: list[str]) -> None:
    found = [blocks.get_partition_keys_in_range(run) for run in ranges(wanted)]
    assert [block for run in found for block in run] == sorted(wanted, key=PLACE.__getitem__)
    assert all(0 < len(run) <= BLOCKS_A_RUN for run in found)
