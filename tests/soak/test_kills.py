"""A run that is killed or stopped at any moment costs nothing but the time to do again what was not done."""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import is_alive, kill, leftovers, parquet_files, started, unfinished_runs, wait_until, workers_of

KILLS = int(os.environ.get("IMR_SOAK_KILLS", "100"))
"""So many kills in all."""

SEED = os.environ.get("IMR_SOAK_SEED", "0")
"""Another one draws other moments."""

SECONDS = 30 * 60
"""After so long no further round begins."""


@pytest.mark.timeout(SECONDS + 600)
def test_kills_at_random_moments(
    undisturbed, to_the_end: Callable[[Path], str], tmp_path: Path, record_property
) -> None:
    moments = random.Random(SEED)
    end = time.monotonic() + SECONDS
    kills = rounds = 0
    while kills < KILLS and time.monotonic() < end:
        data = tmp_path / f"data{rounds}"
        result = []
        for number in range(1, moments.randint(1, 6) + 1):
            # Each run goes on where the one before was killed, and so takes less time.
            who, seconds = (
                moments.choice(["run", "group", "worker"]),
                moments.uniform(0.5, undisturbed.seconds / number),
            )
            result.append(f"{who} after {seconds:.2f} s")
            kills += killed(who, seconds, undisturbed.letters, data)
        to_the_end(data)
        assert_whole(data, undisturbed.parquet, result)
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
    wait_until(lambda: not any(map(is_alive, workers)), seconds=5)
    return 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_at_random_moments(
    undisturbed, to_the_end: Callable[[Path], str], tmp_path: Path, number: signal.Signals
) -> None:
    """Each run goes on where the stopped one before it was."""
    moments = random.Random(f"{number} {SEED}")
    result = []
    for _ in range(5):
        seconds = moments.uniform(0.1, undisturbed.seconds)
        result.append(f"after {seconds:.2f} s")
        with started("run", "--letters", undisturbed.letters, "--data", tmp_path / "data", cwd=tmp_path) as run:
            time.sleep(seconds)
            workers = workers_of(run.pid)
            # As a terminal does: every process of the group is asked.
            os.killpg(run.pid, number)
            out, err = run.communicate(timeout=30)
        # A run that has said all and whose interpreter is folding up may have no handler any more.
        is_over = "A query to try" in out and run.returncode in (0, -number)
        if not is_over:
            assert run.returncode == 128 + number, (result, err)
            assert err.strip().splitlines()[-1] == "Stopped; what was loaded stays. Run again to go on.", result
            assert "Traceback" not in err, (result, err)
            assert not any(map(is_alive, workers)), result
        if (tmp_path / "data" / ".dagster").exists():
            assert unfinished_runs(tmp_path / "data") == [], result
    to_the_end(tmp_path / "data")
    assert_whole(tmp_path / "data", undisturbed.parquet, result)


def assert_whole(data: Path, wanted: dict[str, bytes], result: list[str]) -> None:
    found = parquet_files(data)
    assert sorted(found) == sorted(wanted), result
    assert [name for name in wanted if found[name] != wanted[name]] == [], result
    assert leftovers(data) == [], result
    assert unfinished_runs(data) == [], result
