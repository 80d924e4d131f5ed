"""Runs that are killed or stopped, and two runs at once; more of each in `tests/soak`."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from loading import load_tables
from many_letters import write_many
from processes import is_alive, kill, leftovers, parquet_files, started, wait_until, workers_of

from warehouse.build.build import build

LETTERS, BLOCKS = 40, 2
STOPPED = "Stopped; what was loaded stays. Run again to go on."


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    write_many(folder, LETTERS, BLOCKS)
    return folder


@pytest.fixture(scope="module")
def undisturbed(letters: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of a run without Dagster that nothing stopped."""
    paths = load_tables(letters, tmp_path_factory.mktemp("undisturbed"))
    build(paths)
    return parquet_files(paths.root)


@pytest.fixture
def assert_next_run_completes(load, data: Path, undisturbed: dict[str, bytes]) -> Callable[[], None]:
    """Check that one more run makes what an undisturbed one does."""

    def run() -> None:
        again = load()
        assert again.returncode == 0, again.stderr
        assert parquet_files(data) == undisturbed
        assert leftovers(data) == []

    return run


def among_tables(data: Path) -> bool:
    """Some tables of a first block are written, and no warehouse."""
    return (data / "tables" / "reviewer_licenses" / "CM16-000.parquet").exists()


def test_a_killed_run_costs_nothing_but_time(
    letters: Path, data: Path, tmp_path: Path, assert_next_run_completes: Callable[[], None]
) -> None:
    with started("run", "--letters", letters, "--data", data, cwd=tmp_path) as run:
        wait_until(lambda: among_tables(data))
        workers = workers_of(run.pid)
        kill(run)
    wait_until(lambda: not any(map(is_alive, workers)), seconds=10)
    assert not (data / "imr.duckdb").exists()
    assert_next_run_completes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_so_and_goes_on_where_it_was(
    letters: Path, data: Path, tmp_path: Path, assert_next_run_completes: Callable[[], None], number: signal.Signals
) -> None:
    with started("run", "--letters", letters, "--data", data, cwd=tmp_path) as run:
        wait_until(lambda: among_tables(data))
        workers = workers_of(run.pid)
        os.killpg(run.pid, number)
        _, err = run.communicate()
    assert run.returncode == 128 + number
    assert [line for line in err.splitlines() if line] == [f"Loading {LETTERS} letters", STOPPED]
    assert not any(map(is_alive, workers))
    if number == signal.SIGINT:
        assert_next_run_completes()


def test_the_second_of_two_runs_says_that_the_first_is_at_work(
    letters: Path, data: Path, tmp_path: Path, assert_next_run_completes: Callable[[], None]
) -> None:
    arguments = ("run", "--letters", letters, "--data", data)
    with started(*arguments, cwd=tmp_path) as first:
        wait_until(lambda: workers_of(first.pid))
        with started(*arguments, cwd=tmp_path) as second:
            _, err = second.communicate()
        assert second.returncode == 1
        assert (
            err == f"Another run (process {first.pid}) is at work on {data}: wait until it has ended, then run again.\n"
        )
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    # The lock is the kernel's: it went with its holder.
    assert_next_run_completes()


def test_a_request_to_stop_is_heard_before_anything_is_imported(tmp_path: Path) -> None:
    # Not in the working directory, from which nothing is imported.
    (tmp_path / "slow").mkdir()
    slow = tmp_path / "slow" / "click.py"
    slow.write_text("import time; open('importing', 'w').close(); time.sleep(60)")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(slow.parent), *sys.path])}
    command = [sys.executable, "-m", "imr_etl", "status"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as run:
        wait_until((tmp_path / "importing").exists)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate()
    assert (run.returncode, err) == (130, f"{STOPPED}\n")
