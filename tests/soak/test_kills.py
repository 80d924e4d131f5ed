"""kill -9 at any moment costs nothing but the time to do again what was not done."""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from processes import kill, leftovers, parquet, started, wait_until, workers_of

KILLS = int(os.environ.get("IMR_SOAK_KILLS", "100"))
"""So many kills in all; `IMR_SOAK_SEED` draws other moments."""

SECONDS = 30 * 60
"""After so long no further round begins."""

RUNNING = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED]


@pytest.mark.timeout(SECONDS + 600)
def test_kills_at_random_moments(
    undisturbed, to_the_end: Callable[[Path], str], tmp_path: Path, record_property
) -> None:
    moments = random.Random(os.environ.get("IMR_SOAK_SEED", "0"))
    end = time.monotonic() + SECONDS
    kills = rounds = 0
    while kills < KILLS and time.monotonic() < end:
        data = tmp_path / f"data{rounds}"
        told = []
        for _ in range(moments.randint(1, 4)):
            who, seconds = moments.choice(["run", "group", "worker"]), moments.uniform(0.5, undisturbed.seconds)
            told.append(f"{who} after {seconds:.2f} s")
            kills += killed(who, seconds, undisturbed.letters, data)
        to_the_end(data)
        assert_whole(data, undisturbed.parquet, told)
        shutil.rmtree(data)
        rounds += 1
    record_property("kills", kills)
    sys.stdout.write(f"\n{kills} kills in {rounds} rounds\n")


def killed(who: str, seconds: float, letters: Path, data: Path) -> int:
    """Start a run and kill it, or one of its workers, after some seconds; 1 where it was still there to be killed."""
    with started("run", "--letters", letters, "--data", data, cwd=letters.parent) as run:
        time.sleep(seconds)
        workers = workers_of(run.pid)
        if run.poll() is not None:
            return 0
        if who == "worker":
            for pid in workers[:1]:
                os.kill(pid, signal.SIGKILL)
            _, err = run.communicate()
            assert run.returncode == 0, err
            return len(workers[:1])
        if who == "run":
            os.kill(run.pid, signal.SIGKILL)
        else:
            kill(run)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), seconds=5)
    return 1


def assert_whole(data: Path, wanted: dict[str, bytes], told: list[str]) -> None:
    found = parquet(data)
    assert sorted(found) == sorted(wanted), told
    assert [name for name in wanted if found[name] != wanted[name]] == [], told
    assert leftovers(data) == [], told
    with dg.DagsterInstance.from_config(str(data / ".dagster")) as instance:
        assert instance.get_runs(dg.RunsFilter(statuses=RUNNING)) == [], told
