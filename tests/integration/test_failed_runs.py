"""Runs that fail in Dagster: what the operator reads, what stays published, what is tried again."""

import errno
import fcntl
import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest
from loading import load_tables

import assets.warehouse
import warehouse.build.checks
from assets.definitions import defs
from assets.wiring import resources
from imr_etl.errors import BusyError, DiskFullError
from imr_etl.storage import last_run
from imr_etl.storage.locks import Wait, writing
from imr_etl.storage.paths import DataPaths
from warehouse import sql
from warehouse.build.build import build
from warehouse.build.checks import check_names

BROKEN = "letters_lost"


@pytest.fixture
def paths(letters: Path, data: Path) -> DataPaths:
    """A data folder with letters in its warehouse."""
    paths = load_tables(letters, data)
    build(paths)
    return paths


@pytest.fixture
def rebuild(letters: Path, paths: DataPaths) -> Callable[..., dg.ExecuteInProcessResult]:
    """Run the job `rebuild`."""

    def run(instance: dg.DagsterInstance, wait_minutes: float = 0.0) -> dg.ExecuteInProcessResult:
        folders = {"letters": str(letters), "data": str(paths.root), "wait_minutes": wait_minutes}
        config = {"resources": {"folders": {"config": folders}}}
        return defs.resolve_job_def("rebuild").execute_in_process(
            instance=instance, run_config=config, raise_on_error=False
        )

    return run


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def failure(result: dg.ExecuteInProcessResult) -> str:
    """The sentence of the step that failed."""
    (event,) = [event for event in result.all_events if event.is_step_failure]
    data = event.step_failure_data
    assert data.user_failure_data is not None, data.error
    return data.user_failure_data.description or ""


def test_a_failed_check_leaves_the_others_their_results_and_the_old_warehouse(
    paths: DataPaths,
    rebuild: Callable[..., dg.ExecuteInProcessResult],
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    head = "\n".join(line for line in sql(f"checks/{BROKEN}").splitlines() if line.startswith("--"))
    broken = {f"checks/{BROKEN}": f"{head}\nSELECT 'CM16-0000001' AS case_number, 7 AS n"}
    monkeypatch.setattr(warehouse.build.checks, "sql", lambda name: broken.get(name) or sql(name))
    before = paths.warehouse.read_bytes()
    result = rebuild(instance)
    assert not result.success
    assert f"1 bad rows in {BROKEN}, such as ('CM16-0000001', 7)" in failure(result)
    assert result.asset_materializations_for_node("warehouse") == []
    assert paths.warehouse.read_bytes() == before
    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert set(found) == {spec.name for spec in assets.warehouse.CHECKS}
    errors = [name for name, check in found.items() if check.severity == dg.AssetCheckSeverity.ERROR]
    assert set(errors) == set(check_names("block"))
    assert [name for name in errors if not found[name].passed] == [BROKEN]
    metadata = {name: value.value for name, value in found[BROKEN].metadata.items()}
    assert metadata["bound"] == 0
    assert metadata["first bad rows"] == [["CM16-0000001", "7"]]
    known = last_run.read(paths)
    assert known is not None
    assert BROKEN in known["error"]


def test_checks_that_block_say_so() -> None:
    assert {spec.name for spec in assets.warehouse.CHECKS if spec.blocking} == set(check_names("block"))


def test_a_lock_is_waited_for_and_then_named(
    paths: DataPaths, rebuild: Callable[..., dg.ExecuteInProcessResult], instance: dg.DagsterInstance
) -> None:
    with paths.lock.open("w+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.ftruncate(lock.fileno(), 0)
        os.pwrite(lock.fileno(), b"4711", 0)
        assert "Another run (process 4711) is at work" in failure(rebuild(instance))
        timer = threading.Timer(2, lambda: fcntl.flock(lock, fcntl.LOCK_UN))
        timer.start()
        result = rebuild(instance, wait_minutes=1.0)
        timer.join()
    assert result.success
    waited = [e.user_message for e in instance.all_logs(result.run_id) if "Waiting for up to" in e.user_message]
    assert len(waited) == 1
    assert re.search(r"process 4711.* 1.0 more minutes", waited[0])


def test_a_wait_ends_with_the_last_error_and_logs_once() -> None:
    said: list[str] = []
    attempts: list[int] = []

    def busy() -> None:
        attempts.append(1)
        raise BusyError("Held.")

    with pytest.raises(BusyError, match="Held"):
        Wait(0.05, said.append).until(busy)
    assert len(attempts) == 2
    assert len(said) == 1


def test_the_lock_of_another_thread_is_waited_for(data: Path) -> None:
    paths, is_held, may_end = DataPaths.at(data), threading.Event(), threading.Event()

    def hold() -> None:
        with writing(paths):
            is_held.set()
            may_end.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait(30)
    with pytest.raises(BusyError, match=str(os.getpid())), writing(paths):
        pass
    with writing(paths, Wait(30, lambda _: may_end.set())):
        pass
    holder.join()


def test_a_full_disk_is_tried_again_and_other_faults_are_not(
    rebuild: Callable[..., dg.ExecuteInProcessResult], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []

    def build_with(error: Exception, times: int) -> Callable[..., object]:
        def replacement(*arguments: object, **named: object) -> object:
            attempts.append(1)
            if len(attempts) <= times:
                raise error
            return build(*arguments, **named)  # type: ignore[arg-type]

        attempts.clear()
        return replacement

    monkeypatch.setattr(resources, "SECONDS_BEFORE_A_RETRY", 0.0)
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(assets.warehouse, "build", build_with(full, 1))
    assert rebuild(instance).success
    monkeypatch.setattr(assets.warehouse, "build", build_with(DiskFullError("Full."), 9))
    assert failure(rebuild(instance)) == "Full."
    assert len(attempts) == 3
    monkeypatch.setattr(assets.warehouse, "build", build_with(OSError(errno.EACCES, "Permission denied"), 9))
    assert "give this user the right" in failure(rebuild(instance))
    assert len(attempts) == 1
