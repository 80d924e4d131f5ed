import errno
import sqlite3
from pathlib import Path

import pytest

from imr_etl.errors import disk_fault


def test_a_full_disk_is_named_with_its_file(tmp_path: Path) -> None:
    fault = disk_fault(OSError(errno.ENOSPC, "", str(tmp_path / "a.parquet")), tmp_path)
    assert (
        str(fault)
        == f"{tmp_path}/a.parquet cannot be written (No space left on device): make room there, then run again."
    )


def test_the_fault_of_a_cause_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    sqlite3.connect(path).execute("CREATE TABLE a (b)").connection.close()
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("INSERT INTO a VALUES (1)")
    connection.close()
    later = RuntimeError("a step failed")
    later.__cause__ = raised.value
    assert "Read-only file system" in str(disk_fault(later, tmp_path))


def test_other_errors_are_no_faults_of_the_disk(tmp_path: Path) -> None:
    knotted = RuntimeError("a")
    knotted.__cause__ = RuntimeError("b")
    knotted.__cause__.__context__ = knotted
    assert disk_fault(knotted, tmp_path) is None
    assert disk_fault(FileNotFoundError(errno.ENOENT, "No such file"), tmp_path) is None
