"""The nightly schedule: what it asks for, whatever became of the run of the night before."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from loading import load_tables
from make_letters import LETTERS as SAMPLES
from many_letters import three_letters

import warehouse.build.inputs
from assets.definitions import defs
from assets.wiring.resources import Folders
from imr_etl.errors import BusyError, RunError
from imr_etl.pipeline.update import find_pending
from imr_etl.storage.paths import DataPaths
from warehouse import sql
from warehouse.build.build import build
from warehouse.build.current import find_pending_work
from warehouse.query.report import write_report

Requests = list[dg.RunRequest]

WRITER = "import duckdb, sys; writer = duckdb.connect(sys.argv[1]); print(flush=True); input()"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DataPaths]:
    """A folder of letters, and a data folder with every one of them in its warehouse."""
    folder = tmp_path_factory.mktemp("loaded")
    letters = three_letters(folder)
    paths = load_tables(letters, folder / "data")
    build(paths)
    write_report(paths.warehouse, paths.report)
    return letters, paths


@pytest.fixture
def letters(loaded: tuple[Path, DataPaths]) -> Path:
    return loaded[0]


@pytest.fixture
def paths(loaded: tuple[Path, DataPaths], data: Path) -> DataPaths:
    return DataPaths.at(shutil.copytree(loaded[1].root, data))


@pytest.fixture
def new_letter(letters: Path) -> Iterator[None]:
    """A letter that is not loaded."""
    added = Path(shutil.copy(SAMPLES / "CM16-0051188.pdf", letters))
    yield
    added.unlink()


@pytest.fixture
def tick(letters: Path, data: Path) -> Callable[[], Requests]:
    """Return the runs that a tick of the schedule asks for."""
    schedule = defs.resolve_schedule_def("nightly")

    def run() -> Requests:
        context = dg.build_schedule_context(
            scheduled_execution_time=datetime(2026, 11, 23, 10, tzinfo=UTC),
            resources={"folders": Folders(letters=str(letters), data=str(data))},
        )
        return list(schedule.evaluate_tick(context).run_requests or ())

    return run


@pytest.fixture
def launch(letters: Path, data: Path) -> Callable[[dg.RunRequest], bool]:
    """Execute a run that a tick asked for; return whether it succeeded."""
    config = {"resources": {"folders": {"config": {"letters": str(letters), "data": str(data)}}}}
    job = defs.resolve_job_def("update")

    def run(request: dg.RunRequest) -> bool:
        return job.execute_in_process(
            tags=request.tags,
            asset_selection=request.asset_selection,
            run_config=config,
            raise_on_error=False,
        ).success

    return run


@contextmanager
def open_for_writing(warehouse: Path) -> Iterator[None]:
    """Another program holds the warehouse."""
    command = [sys.executable, "-c", WRITER, str(warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            yield
        finally:
            writer.communicate("\n")


def assert_builds(requests: Requests) -> None:
    """Check that one run of the whole job is asked for."""
    (request,) = requests
    assert request.asset_selection is None


@pytest.mark.usefixtures("paths")
def test_a_tick_asks_for_nothing_where_all_is_done(tick: Callable[[], Requests]) -> None:
    assert tick() == []


@pytest.mark.usefixtures("new_letter")
def test_a_place_that_is_gone_fails_the_run_after_the_others_are_loaded(
    letters: Path, paths: DataPaths, tick: Callable[[], Requests], launch: Callable[[dg.RunRequest], bool]
) -> None:
    gone = letters.with_name("gone.zip")
    folders = {"letters": f"{letters};{gone}", "data": str(paths.root)}
    result = defs.resolve_job_def("update").execute_in_process(
        run_config={"resources": {"folders": {"config": folders}}}, raise_on_error=False
    )
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert failed.step_key == "report"
    assert f"There is no folder or file {gone}" in failed.step_failure_data.user_failure_data.description
    assert len(result.asset_materializations_for_node("report")) == 1
    work = find_pending_work(paths, [str(letters), str(gone)])
    assert (work.is_listed, work.blocks, work.is_warehouse_current, work.is_empty) == (True, [], True, False)
    # Once the place is no longer named the problem goes.
    assert launch(tick()[0])
    assert tick() == []


@pytest.mark.usefixtures("new_letter")
def test_after_a_failed_build_the_next_tick_builds(
    letters: Path, paths: DataPaths, tick: Callable[[], Requests], launch: Callable[[dg.RunRequest], bool]
) -> None:
    load_tables(letters, paths.root)
    with open_for_writing(paths.warehouse):
        with pytest.raises(BusyError, match="open for writing in another program"):
            build(paths)
        assert_builds(tick())
    (request,) = again = tick()
    assert_builds(again)
    assert launch(request)
    assert tick() == []


@pytest.mark.usefixtures("new_letter")
def test_after_a_kill_between_tables_and_warehouse_the_next_tick_builds(
    letters: Path, paths: DataPaths, tick: Callable[[], Requests]
) -> None:
    load_tables(letters, paths.root)
    assert_builds(tick())


@pytest.mark.usefixtures("paths")
def test_after_an_upgrade_that_changes_only_marts_the_next_tick_builds(
    tick: Callable[[], Requests], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgraded = {"marts/items": sql("marts/items") + "-- Another rule.\n"}
    monkeypatch.setattr(warehouse.build.inputs, "sql", lambda name: upgraded.get(name) or sql(name))
    assert_builds(tick())


def test_a_changed_warehouse_is_built_again_by_the_next_tick(paths: DataPaths, tick: Callable[[], Requests]) -> None:
    paths.warehouse.write_bytes(paths.warehouse.read_bytes()[:-4096])
    assert_builds(tick())


@pytest.mark.parametrize("kept", [None, "<html>", '<meta name="imr-etl-build" content="2016-01-01 00:00:00">'])
def test_a_report_that_is_missing_or_of_another_build_is_written_by_the_next_tick(
    paths: DataPaths, tick: Callable[[], Requests], kept: str | None
) -> None:
    if kept is None:
        paths.report.unlink()
    else:
        paths.report.write_text(kept)
    assert_builds(tick())


def test_letters_that_moved_within_the_folder_are_listed_by_the_next_tick(
    letters: Path, paths: DataPaths, tick: Callable[[], Requests]
) -> None:
    moved = letters / "below" / "CM16-0020417.pdf"
    moved.parent.mkdir()
    (letters / moved.name).rename(moved)
    try:
        assert_builds(tick())
        assert find_pending_work(paths, letters).is_listed is False
    finally:
        moved.rename(letters / moved.name)
        moved.parent.rmdir()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda letters, _: letters.rename(letters.with_name("gone")), "There is no folder .*letters: name the folder"),
        (lambda _, data: (data / ".format").write_text("99"), "A newer imr-etl wrote the data folder .*format 99"),
        (
            lambda _, data: (shutil.rmtree(data), data.write_text("")),
            "is not a folder: name a folder for the data",
        ),
    ],
)
def test_a_folder_that_cannot_be_used_is_named_by_the_run_that_the_tick_asks_for(
    tmp_path: Path, paths: DataPaths, letters: Path, spoil, sentence: str
) -> None:
    own = Path(shutil.copytree(letters, tmp_path / "letters"))
    spoil(own, paths.root)
    folders = Folders(letters=str(own), data=str(paths.root))
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 11, 23, 10, tzinfo=UTC), resources={"folders": folders}
    )
    assert_builds(list(defs.resolve_schedule_def("nightly").evaluate_tick(context).run_requests or ()))
    result = defs.resolve_job_def("update").execute_in_process(
        run_config={"resources": {"folders": {"config": {"letters": str(own), "data": str(paths.root)}}}},
        raise_on_error=False,
    )
    (failed,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failed.user_failure_data is not None
    assert re.search(sentence, failed.user_failure_data.description or "")


def test_a_year_without_letters_is_refused(paths: DataPaths) -> None:
    assert find_pending(paths, redo="tables", years=[2016])
    for year in (1816, 2099):
        with pytest.raises(RunError, match=f"There are no letters of {year}: years with letters are .*2016"):
            find_pending(paths, redo="tables", years=[2016, year])
