"""The nightly schedule: what it asks for, whatever became of the nightly run before."""

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
from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse import sql
from warehouse.build.build import build

Requests = list[dg.RunRequest]

WRITER = "import duckdb, sys; writer = duckdb.connect(sys.argv[1]); print(flush=True); input()"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DataPaths]:
    """A folder of letters, and a data folder with every one of them in its warehouse."""
    folder = tmp_path_factory.mktemp("loaded")
    letters = three_letters(folder)
    paths = load_tables(letters, folder / "data")
    build(paths)
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
    """The runs that a tick of the schedule asks for."""
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
    """Make a run that a tick asked for; whether it ended well."""
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
    """One run of the whole job is asked for."""
    (request,) = requests
    assert request.asset_selection is None


@pytest.mark.usefixtures("paths")
def test_a_tick_asks_for_nothing_where_all_is_done(tick: Callable[[], Requests]) -> None:
    assert tick() == []


@pytest.mark.usefixtures("new_letter")
def test_after_a_failed_build_the_next_tick_builds(
    letters: Path, paths: DataPaths, tick: Callable[[], Requests], launch: Callable[[dg.RunRequest], bool]
) -> None:
    load_tables(letters, paths.root)
    with open_for_writing(paths.warehouse):
        with pytest.raises(RunError, match="open for writing in another program"):
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
