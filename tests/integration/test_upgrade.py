"""Data folders of earlier versions are taken over, and no value changes but by rules that changed since."""

import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from loading import load_tables
from many_letters import three_letters
from processes import clean_environment
from table_hashes import table_hashes

from warehouse import attached
from warehouse.build.build import build

ROOT = Path(__file__).parent.parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
UPGRADES = FIXTURES / "upgrades"

OF_REQUESTS = ("disputed_items", "item_drugs", "item_body_parts", "problems")

Run = Callable[..., subprocess.CompletedProcess[str]]
Ask = Callable[[str], list[tuple[object, ...]]]


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


@pytest.mark.timeout(600)
def test_a_data_folder_of_version_0_1_is_taken_over(data: Path, letters: Path, load: Run, ask: Ask) -> None:
    """The rules that read files have changed since: letters that are there are read again, others keep their lines."""
    hashes = json.loads((UPGRADES / "data_folder_0_1.json").read_text(encoding="utf-8"))
    assert table_hashes(data, hashes) == hashes
    before = lines_read(data)
    gone = sorted(letters.glob("CM*"))[::2]
    for path in gone:
        path.unlink()
    done = load()
    assert done.returncode == 0, done.stderr
    after = lines_read(data)
    there = {*(path.name[:8] for path in letters.rglob("CM*")), "unnumbered"}
    read_again = {name for name in before if before[name] != after[name]}
    assert {Path(name).stem for name in read_again} == there
    # Whether a line is bold was a matter of its first character; now most of its characters decide.
    kept = {name: table for name, table in hashes.items() if name not in (*OF_REQUESTS, "letter_lines")}
    assert table_hashes(data, kept) == kept
    assert ask("SELECT count(*) FROM main.disputed_items") == [(91,)]


ADDED = {
    "imr_etl/schema/fields.py": (
        'Field("is_retrospective", FLAG,',
        'Field("is_appeal", FLAG, "The request says that it is an appeal"),\n        Field("is_retrospective", FLAG,',
    ),
    "imr_etl/schema/tables.py": ('"is_retrospective",\n            "is_a', '"is_retrospective", "is_appeal", "is_a'),
    "imr_etl/transform/disputed_items.py": (
        "is_retrospective=",
        'is_appeal=pl.col("request").str.contains("(?i)appeal"), is_retrospective=',
    ),
    "warehouse/sql/marts/items.sql": ("    is_retrospective,", "    is_retrospective, is_appeal,"),
}
"""What a later version changes to add a column to a table and to a mart: file -> text, and what stands there then."""


@pytest.fixture(scope="module")
def later_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program in which `disputed_items` and `marts.items` have one more column, after `make schema`."""
    folder = tmp_path_factory.mktemp("later version")
    for package in ("imr_etl", "warehouse", "assets"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (old, new) in ADDED.items():
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, name
        file.write_text(text.replace(old, new), encoding="utf-8")
    items = folder / "warehouse" / "sql" / "marts" / "items.sql"
    head, _, rest = items.read_text(encoding="utf-8").partition("-- column is_retrospective:")
    items.write_text(f"{head}-- column is_appeal: The request is an appeal\n-- column is_retrospective:{rest}")
    in_later(folder, "-m", "warehouse.dictionary")
    return folder


WHAT_IS_LEFT = (
    "import sys; from imr_etl.storage.paths import DataPaths; from warehouse.build.current import find_pending_work;"
    " print(find_pending_work(DataPaths.at(sys.argv[1])).is_empty)"
)


def in_later(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Python with the later version."""
    command = [sys.executable, *map(str, arguments)]
    environment = clean_environment(folder) | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)


def test_a_column_that_is_added_to_a_table_and_a_mart_is_in_what_is_generated(later_version: Path) -> None:
    made = later_version / "warehouse"
    assert "    is_appeal BOOLEAN,\n" in (made / "sql" / "schema" / "disputed_items.sql").read_text(encoding="utf-8")
    columns = json.loads((made / "build" / "marts.json").read_text(encoding="utf-8"))["items"]["columns"]
    assert {"name": "is_appeal", "type": "BOOLEAN", "sources": ["main.disputed_items.is_appeal"]} in columns


def test_a_data_folder_without_a_new_column_is_taken_over(tmp_path: Path, later_version: Path) -> None:
    """Of the three letters one is gone."""
    letters, data = three_letters(tmp_path), tmp_path / "data"
    items = build(load_tables(letters, data)).rows["disputed_items"]
    (letters / "CM16-0020417.pdf").unlink()
    lines, hashes = lines_read(data), table_hashes(data)
    done = in_later(later_version, "-m", "imr_etl", "run", "--letters", letters, "--data", data)
    assert [line for line in done.stderr.splitlines() if not line.startswith("Loading")] == [
        "The tables of 3 letters were made by other rules: they are made again from their lines."
    ]
    assert lines_read(data) == lines, "a letter was read again"
    assert table_hashes(data, hashes) == hashes
    with attached(data / "imr.duckdb", read_only=True) as connection:
        for table in ("main.disputed_items", "marts.items"):
            assert connection.execute(f"SELECT count(is_appeal) FROM {table}").fetchall() == [(items,)]
    assert in_later(later_version, "-c", WHAT_IS_LEFT, data).stdout == "True\n"


def lines_read(data: Path) -> dict[str, bytes]:
    """The bytes of what was read."""
    return {str(file.relative_to(data)): file.read_bytes() for file in sorted(data.glob("lines/*/*.parquet"))}


def test_the_hash_of_a_table_tells_a_changed_value(data: Path) -> None:
    before = table_hashes(data)
    file = next(data.glob("tables/disputed_items/CM16-002.parquet"))
    rows = pl.read_parquet(file)
    rows.with_columns(decision=pl.lit("neither")).write_parquet(file)
    after = table_hashes(data)
    assert {name for name in before if before[name] != after[name]} == {"disputed_items"}
