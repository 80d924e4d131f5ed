"""The command line as a person meets it: what it says, what it does, what it refuses."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from loading import load_tables
from make_letters import LETTERS as SAMPLES
from many_letters import three_letters
from processes import own_process

from warehouse.build.build import build

AS_ROOT = os.geteuid() == 0


def one_sentence(text: str) -> str:
    """Return what went to standard error, which must not be a traceback."""
    assert "Traceback" not in text
    lines = [line for line in text.splitlines() if line and not line.startswith(("Loading", "Usage", "Try"))]
    assert len(lines) == 1, text
    return lines[0]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A data folder that tests read from, and what the run that made it printed."""
    folder = tmp_path_factory.mktemp("loaded")
    letters, data = three_letters(folder), folder / "data"
    done = own_process(folder, "run", "--letters", letters, "--data", data)
    assert done.returncode == 0, done.stderr
    return data, done


def test_run_says_what_was_loaded_and_a_query_that_works(loaded) -> None:
    data, done = loaded
    assert "New letters: 3" in done.stdout
    assert "Letters: 3 loaded" in done.stdout
    assert "header_missing: The letter has no header" in done.stdout
    assert str(data / "imr.duckdb") in done.stdout
    command = done.stdout.strip().splitlines()[-1]
    answer = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "percent_overturned" in answer.stdout


@pytest.fixture
def known(letters: Path, data: Path) -> Path:
    """A data folder with the letters in it, made without Dagster."""
    build(load_tables(letters, data))
    return data


def test_a_second_run_does_nothing_and_a_new_letter_is_the_only_one_done(load, letters: Path, known: Path, ask) -> None:
    built = (known / "imr.duckdb").stat().st_mtime_ns
    again = load()
    assert "Nothing new: 3 letters are loaded already." in again.stdout
    assert (known / "imr.duckdb").stat().st_mtime_ns == built
    shutil.copy(SAMPLES / "CM16-0051188.pdf", letters)
    assert "New letters: 1" in load().stdout
    assert ask("SELECT count(*) FROM main.determinations") == [(4,)]


def test_a_changed_or_damaged_warehouse_is_built_again_with_a_sentence(load, known: Path, ask) -> None:
    file, again = known / "imr.duckdb", "the warehouse is built again."
    count = "SELECT count(*) FROM main.disputed_items"
    items = ask(count)
    with duckdb.connect(str(file)) as writer:
        writer.execute("DELETE FROM main.disputed_items")
    done = load()
    assert one_sentence(done.stderr) == f"{file} was changed since the last finished build: {again}"
    assert ask(count) == items
    whole, stat = file.read_bytes(), file.stat()
    file.write_bytes(whole[:20_000] + b"?" * (len(whole) - 20_000))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    done = load("--rehash")
    assert one_sentence(done.stderr) == f"{file} is damaged or cannot be read: {again}"
    assert ask(count) == items


def test_redo_gives_the_same_tables(load, known: Path) -> None:
    tables = {path: path.read_bytes() for path in (known / "tables").rglob("*.parquet")}
    for stage in ("tables", "lines"):
        assert load("--redo", stage).returncode == 0
        assert {path: path.read_bytes() for path in (known / "tables").rglob("*.parquet")} == tables


def test_status(loaded, imr_etl) -> None:
    data, _ = loaded
    result = imr_etl("status", "--data", data).stdout
    assert "Letters: 3 loaded" in result
    assert "Letters to be loaded: 0" in result
    assert '"pending": 0' in imr_etl("status", "--data", data, "--json").stdout


def test_show_prints_a_case_beside_its_lines(loaded, imr_etl, tmp_path: Path) -> None:
    data, _ = loaded
    result = imr_etl("show", "cm16-0020417", "--data", data).stdout
    assert "CM16-0020417  overturned" in result
    assert "1:2" in result
    assert "Retrospective MRI of the lumbar spine without contrast; DOS: 12/14/15: Overturned" in result
    assert "lumbar spine" in result
    found = imr_etl("search", "lumbar spine", "--decision", "overturned", "--since", "2016", "--data", data).stdout
    assert "CM16-0020417 item " in found
    assert re.search(r"^\d+ items? in 1 letter \(", found, re.MULTILINE)
    page = tmp_path / "page.png"
    assert imr_etl("show", "CM16-0020417", "--data", data, "--pdf-page", 1, "--out", page).returncode == 0
    assert page.read_bytes().startswith(b"\x89PNG")
    for arguments, words in (
        (["CM16-9999999"], "The warehouse has no case CM16-9999999"),
        (["CM16-0020417", "--pdf-page", "9"], "has 2 pages"),
    ):
        done = imr_etl("show", *arguments, "--data", data)
        assert done.returncode == 1
        assert words in one_sentence(done.stderr)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["run", "--letters", "nowhere", "--data", "d"], 1, "There is no folder .*nowhere"),
        (["run", "--letters", "file", "--data", "d"], 1, "file is not a folder"),
        (["run", "--letters", "empty", "--data", "d"], 1, "empty holds no letters"),
        (["run", "--letters", "empty", "--data", "file"], 1, "file is not a folder"),
        (["status", "--data", "d"], 1, "There is no warehouse in .*/d yet"),
        (["run", "--letters", "empty", "--bogus"], 2, "No such option.*--bogus"),
        (["run", "--data", "d"], 2, "Missing option.*--letters"),
        (["run", "--letters", "empty", "--redo", "files"], 2, "Invalid value for.*--redo"),
        (["bogus"], 2, "No such command"),
    ],
)
def test_wrong_use_is_one_sentence(imr_etl, tmp_path: Path, arguments: list[str], status: int, words: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    done = imr_etl(*arguments)
    assert done.returncode == status
    assert re.search(words, one_sentence(done.stderr))


@pytest.mark.skipif(AS_ROOT, reason="root may write anywhere")
def test_a_data_folder_that_cannot_be_written(load, data: Path) -> None:
    data.mkdir(mode=0o555)
    done = load()
    assert done.returncode == 1
    assert "cannot be written" in one_sentence(done.stderr)


def test_a_data_folder_below_a_file(imr_etl, letters: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = imr_etl("run", "--letters", letters, "--data", tmp_path / "file" / "data")
    assert done.returncode == 1
    assert "cannot be written" in one_sentence(done.stderr)


def test_another_run_at_work(load, data: Path) -> None:
    data.mkdir()
    with (data / ".writing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = load()
    assert done.returncode == 1
    assert "Another run" in one_sentence(done.stderr)


def test_a_warehouse_held_open_by_a_writer_is_left_alone(load, letters: Path, known: Path) -> None:
    before = (known / "imr.duckdb").read_bytes()
    shutil.copy(SAMPLES / "CM16-0051188.pdf", letters)
    warehouse = str(known / "imr.duckdb")
    program = f"import duckdb, time; c = duckdb.connect({warehouse!r}); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        done = load()
        writer.kill()
    assert done.returncode == 1
    assert "open for writing in another program" in one_sentence(done.stderr)
    assert (known / "imr.duckdb").read_bytes() == before
    assert "Letters: 4 loaded" in load().stdout


def test_a_folder_in_the_warehouses_place(load, letters: Path, data: Path) -> None:
    load_tables(letters, data)
    (data / "imr.duckdb").mkdir()
    done = load()
    assert done.returncode == 1
    assert "is a folder" in one_sentence(done.stderr)
