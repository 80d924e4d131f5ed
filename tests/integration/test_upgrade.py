"""Data folders of earlier versions are taken over, and no value changes but by rules that changed since."""

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from table_hashes import table_hashes

FIXTURES = Path(__file__).parent.parent / "fixtures"
UPGRADES = FIXTURES / "upgrades"


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """The letters that the data folder was made from."""
    return Path(shutil.copytree(FIXTURES / "letters", tmp_path / "letters"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder as version 0.1 left it."""
    with tarfile.open(UPGRADES / "data_folder_0_1.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "imr"


def test_a_data_folder_of_version_0_1_is_taken_over(
    data: Path, load: Callable[..., object], ask: Callable[[str], list[tuple[object, ...]]]
) -> None:
    hashes = json.loads((UPGRADES / "data_folder_0_1.json").read_text(encoding="utf-8"))
    assert table_hashes(data, hashes) == hashes
    done = load()
    assert done.returncode == 0, done.stderr  # type: ignore[attr-defined]
    after = table_hashes(data, hashes)
    # Whether a line is bold was a matter of its first character; now most of them decide.
    assert {name for name in hashes if after[name] != hashes[name]} == {"letter_lines"}
    assert ask("SELECT count(*) FROM imr.disputed_items") == [(91,)]


def test_the_hash_of_a_table_tells_a_changed_value(data: Path) -> None:
    before = table_hashes(data)
    file = next(data.glob("tables/disputed_items/CM16-002.parquet"))
    rows = pl.read_parquet(file)
    rows.with_columns(decision=pl.lit("neither")).write_parquet(file)
    after = table_hashes(data)
    assert {name for name in before if before[name] != after[name]} == {"disputed_items"}
