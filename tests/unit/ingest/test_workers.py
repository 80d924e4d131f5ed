"""A reading process that dies or hangs costs one letter."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import bad_files
import pytest
from processes import is_alive, wait_until, workers_of

from imr_etl.ingest import MAX_CHARACTERS, MAX_PAGES, worker
from imr_etl.ingest.workers import BATCH, LetterFile, Pool
from imr_etl.sources.source import MAX_BYTES


@pytest.fixture
def letters(tmp_path: Path) -> list[LetterFile]:
    files = []
    for number in range(BATCH + 8):
        data = bad_files.good_pdf(f"CM16-{number:07}")
        path = tmp_path / f"CM16-{number:07}.pdf"
        path.write_bytes(data)
        files.append(LetterFile(path.as_uri(), hashlib.sha256(data).hexdigest(), "application/pdf"))
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


SLOW, DEADLY = "CM16-9000000.pdf", "CM16-0000003.pdf"


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file that a reading process never ends to open, and says so by another beside it; one kills the process."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "sitecustomize.py").write_text(
        "import sys\n"
        "if sys.argv[0] == '-m' or 'worker' in ' '.join(sys.orig_argv):\n"
        "    import os, time\n"
        "    whole = os.open\n"
        "    def hostile(path, flags, *others, **named):\n"
        f"        if str(path).endswith('{DEADLY}'): os._exit(9)\n"
        f"        if str(path).endswith('{SLOW}'):\n"
        "            os.mkdir(path + ' is open')\n"
        "            time.sleep(600)\n"
        "        return whole(path, flags, *others, **named)\n"
        "    os.open = hostile\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(code))
    slow = tmp_path / SLOW
    slow.write_bytes(b"")
    return slow


def test_a_process_at_work_ends_with_the_one_that_started_it(hostile: Path) -> None:
    program = (
        "import sys\nfrom imr_etl.ingest.workers import LetterFile, Pool\n"
        "with Pool(1) as pool: list(pool.read([LetterFile(sys.argv[1], '', 'application/pdf')]))"
    )
    with subprocess.Popen([sys.executable, "-c", program, hostile.as_uri()]) as parent:
        (worker_id,) = wait_until(lambda: workers_of(parent.pid))
        wait_until(hostile.with_name(f"{SLOW} is open").exists)
        parent.kill()
        wait_until(lambda: not is_alive(worker_id), seconds=10)


def test_a_letter_that_takes_too_long_is_given_up(letters: list[LetterFile], hostile: Path) -> None:
    slow = LetterFile(hostile.as_uri(), "", "application/pdf")
    with Pool(1, seconds_a_letter=2) as pool:
        results = dict(pool.read([letters[0], slow, letters[1]]))
    assert results[slow].code == "reader_timed_out"
    assert results[letters[0]].text
    assert results[letters[1]].text


@pytest.mark.usefixtures("hostile")
def test_a_letter_that_kills_its_process_twice_is_given_up(letters: list[LetterFile]) -> None:
    with Pool(2) as pool:
        results = dict(pool.read(letters))
    codes = {file.uri: lines.code for file, lines in results.items()}
    assert codes.pop(letters[3].uri) == "reader_crashed"
    assert set(codes.values()) == {None}


def test_a_changed_file_is_left_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "CM16-0000001.pdf"
    path.write_bytes(bad_files.good_pdf())
    assert worker.read_letter(path.as_uri(), "0" * 64, "application/pdf").code == "file_changed"


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "CM16-0000001.pdf"
    os.mkfifo(pipe)
    letter = worker.read_letter(pipe.as_uri(), "0" * 64, "application/pdf")
    assert (letter.code, letter.excerpt) == ("unreadable_file", "The file could not be read: It is no regular file")


def test_a_vanished_file_is_a_problem(tmp_path: Path) -> None:
    letter = worker.read_letter((tmp_path / "gone.pdf").as_uri(), "0" * 64, "application/pdf")
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
    assert worker.read_letter(path.as_uri(), hashlib.sha256(data).hexdigest(), "text/plain").code == code


def test_a_file_that_grew_since_it_was_listed_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "CM16-0000001.pdf"
    with path.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    letter = worker.read_letter(path.as_uri(), "0" * 64, "application/pdf")
    assert (letter.code, letter.excerpt) == (
        "unreadable_file",
        f"The file could not be read: It is larger than {MAX_BYTES:,} bytes",
    )
