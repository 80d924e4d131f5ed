"""What integration tests share: a folder of letters, a data folder, and runs of the command line."""

import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest
from many_letters import three_letters
from processes import command_line

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Three letters of two blocks, one of them without a header."""
    return three_letters(tmp_path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def imr_etl(tmp_path: Path) -> Run:
    """Run the command line from a folder that is not the repository's."""
    return partial(command_line, tmp_path)


@pytest.fixture
def load(imr_etl: Run, letters: Path, data: Path) -> Run:
    """Load the letters into the data folder, without the report, which costs as much as the warehouse."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return imr_etl("run", "--letters", letters, "--data", data, "--no-report", *arguments)

    return run


@pytest.fixture
def ask(data: Path) -> Callable[[str], list[tuple[object, ...]]]:
    """Rows of a query over the warehouse, opened by the name that people open it by."""

    def run(query: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(data / "imr.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    return run


@pytest.fixture(autouse=True)
def writable_again(tmp_path: Path) -> Iterator[None]:
    """Give back the rights to folders that a test took away."""
    yield
    for path in [tmp_path, *tmp_path.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
