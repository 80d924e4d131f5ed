"""A reading process that dies or hangs costs one letter."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import bad_files
import pytest
from processes import is_alive, wait_until, workers_of

from imr_etl.ingest import MAX_BYTES, MAX_CHARACTERS, MAX_PAGES, worker
from imr_etl.ingest.workers import BATCH, LetterFile, Pool


@pytest.fixture
def letters(tmp_path: Path) -> list[LetterFile]:
    files = []
    for number in range(BATCH + 8):
        data = bad_files.good_pdf(f"CM16-{number:07}")
        path = tmp_path / f"CM16-{number:07}.pdf"
        path.write_bytes(data)
        files.append(LetterFile(str(path), hashlib.sha256(data).hexdigest(), "application/pdf"))
    return files


def test_every_letter_comes_back_once(letters: list[LetterFile]) -> None:
    with Pool(2) as pool:
        read = [file for file, lines in pool.read(letters) if lines.text]
    assert sorted(read) == sorted(letters)


def test_a_killed_process_costs_nothing(letters: list[LetterFile]) -> None:
    with Pool(2) as pool:
        results = pool.read(letters)
        done = [next(results)]
        for process in pool._workers:
            os.kill(process.process.pid, signal.SIGKILL)
        done += results
    assert sorted(file for file, _ in done) == sorted(letters)
    assert all(lines.code is None for _, lines in done)


def opened_where_read(pipe: Path) -> BinaryIO | None:
    """A pipe, where somebody has it open for reading and goes on waiting for something to read."""
    try:
        return os.fdopen(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK), "wb")
    except OSError:
        return None


def test_a_process_at_work_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    pipe = tmp_path / "CM16-9000000.pdf"
    os.mkfifo(pipe)
    program = (
        "import sys\nfrom imr_etl.ingest.workers import LetterFile, Pool\n"
        "with Pool(1) as pool: list(pool.read([LetterFile(sys.argv[1], '', 'application/pdf')]))"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(pipe)]) as parent:
        (worker_id,) = wait_until(lambda: workers_of(parent.pid))
        with wait_until(lambda: opened_where_read(pipe)):
            parent.kill()
            wait_until(lambda: not is_alive(worker_id), seconds=10)


def test_a_letter_that_takes_too_long_is_given_up(letters: list[LetterFile], tmp_path: Path) -> None:
    pipe = tmp_path / "CM16-9000000.pdf"
    os.mkfifo(pipe)
    slow = LetterFile(str(pipe), "", "application/pdf")
    with Pool(1, seconds_a_letter=2) as pool:
        results = dict(pool.read([letters[0], slow, letters[1]]))
    assert results[slow].code == "reader_timed_out"
    assert results[letters[0]].text
    assert results[letters[1]].text


def test_a_letter_that_kills_its_process_twice_is_given_up(
    letters: list[LetterFile], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deadly = tmp_path / "deadly"
    deadly.mkdir()
    (deadly / "sitecustomize.py").write_text(
        "import sys\n"
        "if sys.argv[0] == '-m' or 'worker' in ' '.join(sys.orig_argv):\n"
        "    import os, pathlib\n"
        "    read = pathlib.Path.read_bytes\n"
        "    def deadly(path):\n"
        "        if path.name == 'CM16-0000003.pdf': os._exit(9)\n"
        "        return read(path)\n"
        "    pathlib.Path.read_bytes = deadly\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(deadly))
    with Pool(2) as pool:
        results = dict(pool.read(letters))
    codes = {file.path: lines.code for file, lines in results.items()}
    assert codes.pop(letters[3].path) == "reader_crashed"
    assert set(codes.values()) == {None}


def test_a_changed_file_is_left_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "CM16-0000001.pdf"
    path.write_bytes(bad_files.good_pdf())
    assert worker.read_letter(str(path), "0" * 64, "application/pdf").code == "file_changed"


def test_a_vanished_file_is_a_problem(tmp_path: Path) -> None:
    letter = worker.read_letter(str(tmp_path / "gone.pdf"), "0" * 64, "application/pdf")
    assert letter.code == "unreadable_file"
    assert letter.excerpt is not None
    assert "No such file" in letter.excerpt


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"word " * (MAX_CHARACTERS // 4), "too_large"),
        (b"A line.\f" * MAX_PAGES, "too_many_pages"),
    ],
)
def test_text_without_end_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "CM16-0000001.txt"
    path.write_bytes(data)
    assert worker.read_letter(str(path), hashlib.sha256(data).hexdigest(), "text/plain").code == code


def test_a_file_that_grew_since_it_was_listed_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "CM16-0000001.pdf"
    with path.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    assert worker.read_letter(str(path), "0" * 64, "application/pdf").code == "file_changed"
