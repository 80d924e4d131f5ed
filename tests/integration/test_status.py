"""What `status` says of a data folder, to people and to monitoring, and where the program runs."""

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from loading import load_tables
from make_letters import LETTERS as SAMPLES
from processes import own_process

from imr_etl.pipeline.update import update_files
from imr_etl.storage import last_run
from imr_etl.storage.locks import private_files
from imr_etl.storage.paths import DataPaths, folder_of
from warehouse.build.build import build
from warehouse.query.report import write_report


def test_status_says_what_is_missing_and_what_the_last_run_did(imr_etl, letters: Path, data: Path) -> None:
    paths = load_tables(letters, data)
    build(paths)
    write_report(paths.warehouse, paths.report)
    last_run.note(paths, "a run", {"new_letters": 3}, is_over=True)

    def status(*arguments: str | Path) -> tuple[int, dict[str, object], str]:
        done = imr_etl("status", "--data", data, "--letters", letters, "--json", "--check", *arguments)
        return done.returncode, json.loads(done.stdout), done.stderr

    code, found, _ = status()
    assert code == 0
    assert (found["not_in_warehouse"], found["vanished"], found["is_current"]) == (0, 0, True)
    assert found["last_run"]["done"] == {"new_letters": 3}  # type: ignore[index]
    (letters / "CM16-0020417.pdf").unlink()
    shutil.copy(SAMPLES / "CM16-0051188.pdf", letters)
    code, found, error = status()
    assert code == 1
    assert error == "The warehouse is not current: the letters changed since they were listed.\n"
    update_files(paths, letters)
    last_run.note(paths, "another run", is_over=True, error="The disk is full.")
    code, found, error = status()
    assert (code, error) == (1, "The last run failed: The disk is full.\n")
    assert (found["not_in_warehouse"], found["vanished"], found["pending"]) == (1, 1, 1)
    shown = imr_etl("status", "--data", data).stdout
    assert "Letters not in the warehouse: 1\nLetters whose file vanished since: 1\n" in shown
    assert "Last run: another run, began" in shown
    assert "failed: The disk is full." in shown


def test_a_folder_of_the_users_does_not_stand_in_for_a_package(tmp_path: Path) -> None:
    for name in ("assets", "warehouse"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('Not this one.')")
    done = own_process(tmp_path, "run", "--letters", SAMPLES / "republished", "--data", tmp_path / "data")
    assert (done.returncode, done.stderr.replace("Loading 1 letter\n", "")) == (0, "")
    assert "Letters: 1 loaded" in done.stdout
    known = last_run.read(DataPaths.at(tmp_path / "data"))
    assert known is not None
    assert known["done"]["letters_in_the_warehouse"] == 1
    readable = [path for path in (tmp_path / "data").rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o027]
    assert readable == []


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o640), (0o077, 0o600), (0o000, 0o640)])
def test_a_stricter_umask_holds(tmp_path: Path, umask: int, mode: int) -> None:
    old = os.umask(umask)
    try:
        with private_files():
            (tmp_path / "file").touch()
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode
        assert os.umask(umask) == umask
    finally:
        os.umask(old)


def test_one_folder_has_one_address(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "below").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere" / "below")
    assert folder_of(tmp_path / "a" / ".." / "b") == tmp_path / "b"
    assert folder_of(tmp_path / "link" / ".." / "b") == tmp_path / "elsewhere" / "b"
    assert folder_of(tmp_path / "link") == tmp_path / "link"
