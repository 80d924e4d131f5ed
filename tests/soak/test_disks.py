"""Full disks, disks that nobody may write to, rights that are taken away: one sentence, and the next run goes on."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from many_letters import write_many
from processes import CLI, clean_environment, leftovers, parquet_files, unfinished_runs, wait_until
from small_disks import AS_ANYBODY, Disk, disk

PLENTY = 200_000
"""Kilobytes."""

FIRST, ALL = 60, 90
"""Letters of the first run, and of the second."""


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("letters")
    files = write_many(folder / str(ALL), ALL, blocks=2)
    (folder / str(FIRST)).mkdir()
    for file in files[:FIRST]:
        shutil.copy2(file, folder / str(FIRST))
    return {count: folder / str(count) for count in (FIRST, ALL)}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "disk", PLENTY) as small:
        yield small


def load(letters: Path, data: Path) -> subprocess.CompletedProcess[str]:
    command = [*CLI, "run", "--letters", str(letters), "--data", str(data)]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=letters, env=clean_environment(letters)
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    result = [line for line in done.stderr.splitlines() if not line.startswith("Loading")]
    assert done.returncode == 1
    assert len(result) == 1, done.stderr
    assert any(word in result[0] for word in words), result


def count(data: Path) -> int:
    with duckdb.connect(str(data / "imr.duckdb"), read_only=True) as connection:
        return connection.execute("SELECT count(*) FROM main.determinations").fetchall()[0][0]


FULL = ("No space left on device", "The warehouse was not replaced", "is full")


@pytest.mark.timeout(900)
def test_a_disk_that_is_full_in_the_first_run(letters: dict[int, Path], small: Disk, tmp_path: Path) -> None:
    load(letters[FIRST], tmp_path / "plenty")
    files = [path for path in (tmp_path / "plenty").rglob("*") if path.is_file()]
    needed = sum(path.stat().st_size for path in files) // 1024
    refused = 0
    for twentieth in range(0, 20, 2):
        data = small.root / str(twentieth)
        small.resize(max(64, needed * twentieth // 20))
        done = load(letters[FIRST], data)
        if done.returncode:
            refused += 1
            assert_one_sentence(done, *FULL)
        small.resize(PLENTY)
        assert load(letters[FIRST], data).returncode == 0
        assert parquet_files(data) == parquet_files(tmp_path / "plenty")
        assert leftovers(data) == []
        assert unfinished_runs(data) == []
        shutil.rmtree(data)
    assert refused > 5


@pytest.mark.timeout(900)
def test_a_disk_that_gets_full_leaves_the_old_warehouse(letters: dict[int, Path], small: Disk, tmp_path: Path) -> None:
    load(letters[ALL], tmp_path / "plenty")
    load(letters[FIRST], tmp_path / "first")
    refused = 0
    for room in (0, 40, 200, 600, 1_500, 4_000, 8_000):
        data = Path(shutil.copytree(tmp_path / "first", small.root / str(room), symlinks=True))
        small.resize(small.used + room)
        done = load(letters[ALL], data)
        if done.returncode:
            refused += 1
            assert_one_sentence(done, *FULL)
        assert count(data) == (FIRST if done.returncode else ALL)
        small.resize(PLENTY)
        assert load(letters[ALL], data).returncode == 0
        assert count(data) == ALL
        assert tables(data) == tables(tmp_path / "plenty")
        assert leftovers(data) == []
        shutil.rmtree(data)
    assert refused > 3


def test_a_disk_that_nobody_may_write_to(letters: dict[int, Path], small: Disk) -> None:
    data = small.root / "data"
    load(letters[FIRST], data)
    small.write_protect()
    assert_one_sentence(load(letters[ALL], data), "Read-only file system")
    assert count(data) == FIRST
    small.resize(PLENTY)
    assert load(letters[ALL], data).returncode == 0
    assert count(data) == ALL


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="root cannot be bereft of its rights without setpriv")
@pytest.mark.parametrize("folder", ["tables", ".", ".dagster/history/runs"])
def test_a_right_that_is_taken_away_midway(letters: dict[int, Path], tmp_path: Path, folder: str) -> None:
    data = tmp_path / "data"
    command = [*AS_ANYBODY, *CLI, "run", "--letters", str(letters[FIRST]), "--data", str(data)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, env=clean_environment(tmp_path), **streams) as run:
        wait_until((data / "tables").exists)
        (data / folder).chmod(0o555)
        out, err = run.communicate()
    (data / folder).chmod(0o755)
    assert_one_sentence(
        subprocess.CompletedProcess(command, run.returncode, out, err), "Permission denied", "Read-only"
    )
    assert load(letters[FIRST], data).returncode == 0
    assert count(data) == FIRST
    assert leftovers(data) == []


def tables(data: Path) -> dict[str, bytes]:
    return {name: content for name, content in parquet_files(data).items() if not name.startswith("files/")}
