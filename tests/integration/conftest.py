"""What integration tests share: a folder of letters, a data folder, and runs of the real command line."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import bad_files
import duckdb
import pytest
from processes import clean_environment

SAMPLES = Path(__file__).parent.parent / "fixtures" / "letters"
NEIGHBOURS = ("CM16-0020417.pdf", "letter without header.txt")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Three letters of two blocks, one of them without a header."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for name in NEIGHBOURS:
        shutil.copy(SAMPLES / name, folder)
    (folder / "CM16-0020001.pdf").write_bytes(bad_files.good_pdf("CM16-0020001"))
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return clean_environment(tmp_path)


@pytest.fixture
def imr_etl(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run the command line as a user would, from a folder that is not the repository's."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "imr_etl", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)

    return run


@pytest.fixture
def load(imr_etl: Run, letters: Path, data: Path) -> Run:
    """Load the letters into the data folder."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return imr_etl("run", "--letters", letters, "--data", data, *arguments)

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
    """A test that takes a right away need not give it back."""
    yield
    for path in [tmp_path, *tmp_path.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
