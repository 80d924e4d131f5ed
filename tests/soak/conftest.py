"""What bad nights share: 500 letters, and what an undisturbed run makes of them.

`IMR_SOAK_LETTERS` and `IMR_SOAK_KILLS` set other numbers of letters and of kills.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from many_letters import write_many
from processes import parquet_files, started

LETTERS = int(os.environ.get("IMR_SOAK_LETTERS", "500"))


@dataclass(frozen=True)
class Undisturbed:
    """A run that nothing disturbed: the folder of letters, its tables, how long it took."""

    letters: Path
    parquet: dict[str, bytes]
    seconds: float


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    write_many(folder / "letters", LETTERS)
    begin = time.monotonic()
    run_to_the_end(folder / "letters", folder / "data")
    return Undisturbed(folder / "letters", parquet_files(folder / "data"), time.monotonic() - begin)


def run_to_the_end(letters: Path, data: Path) -> str:
    """Load the letters; return what the run printed."""
    with started("run", "--letters", letters, "--data", data, cwd=letters.parent) as run:
        out, err = run.communicate()
    assert run.returncode == 0, err
    return out


@pytest.fixture
def to_the_end(undisturbed: Undisturbed) -> Callable[[Path], str]:
    return lambda data: run_to_the_end(undisturbed.letters, data)
