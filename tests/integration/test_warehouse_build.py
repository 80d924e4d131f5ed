"""The build of the warehouse from letters that the stages before it read; more in `tests/unit/warehouse`."""

import shutil
from pathlib import Path

import duckdb
import pytest
from letter_writer import to_text
from loading import load_tables, process_pending
from processes import parquet_files
from sample_letters import PLAIN_TEXT

from imr_etl.errors import RunError
from imr_etl.pipeline import engine
from imr_etl.pipeline.update import find_pending, known_letters, update_files
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.storage.paths import DataPaths
from imr_etl.vocabulary import code_table_names
from warehouse.build.build import build
from warehouse.build.inputs import is_current
from warehouse.build.marts import mart, mart_names


@pytest.fixture
def paths(letters: Path, data: Path) -> DataPaths:
    """A data folder whose tables are made and whose warehouse is not."""
    return load_tables(letters, data)


def test_blocks_that_are_processed_together_have_the_same_tables(
    paths: DataPaths, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a file was renamed, so that its letter stands in the lines of two blocks."""
    alone = DataPaths.at(shutil.copytree(paths.root, tmp_path / "alone"))
    (letters / "CM16-0020417.pdf").rename(letters / "CM16-0051417.pdf")
    (letters / "CM16-0020418.txt").write_text(to_text(PLAIN_TEXT.letter, PLAIN_TEXT.layout))
    load_tables(letters, paths.root)
    with monkeypatch.context() as each:
        each.setattr(engine, "MOST_LETTERS", 1)
        load_tables(letters, alone.root)
    assert parquet_files(alone.root) == parquet_files(paths.root)
    tables = parquet_files(paths.root)
    together = process_pending(paths, "tables")
    monkeypatch.setattr(engine, "MOST_LETTERS", 1)
    assert process_pending(paths, "tables") == together
    assert parquet_files(paths.root) == tables
    assert sum(parsed for _, parsed in together.values()) == known_letters(paths).height


def test_a_block_that_all_letters_left_has_nothing_pending(paths: DataPaths, letters: Path) -> None:
    for number in ("0417", "0001"):
        (letters / f"CM16-002{number}.pdf").rename(letters / f"CM16-003{number}.pdf")
    update_files(paths, letters)
    assert known_letters(paths)["sha256"].is_unique().all()
    assert {block.block: block.size for block in find_pending(paths)} == {"CM16-003": 2}


def test_a_built_warehouse_has_what_it_promises(paths: DataPaths) -> None:
    report = build(paths)
    assert report.letters == {"loaded": 3}
    assert set(report.rows) == {
        *WAREHOUSE_TABLES,
        *(f"marts.{name}" for name in mart_names() if not mart(name).is_view),
    }
    assert report.rows["determinations"] == 3
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
        ).fetchall()
        assert {name for schema, name in tables if schema == "main"} == {*WAREHOUSE_TABLES, "build", "build_inputs"}
        assert {name for schema, name in tables if schema == "codes"} == {*code_table_names(), "problem_codes"}
        assert {name for schema, name in tables if schema == "marts"} == set(mart_names())
        assert {schema for schema, _ in tables} == {"main", "codes", "marts", "answers"}
        assert dict(connection.execute("FROM codes.problem_codes").fetchall()) == PROBLEM_CODES
    assert not paths.building.exists()
    assert [check.name for check in report.checks if check.severity == "block" and not check.passed] == []


def test_a_warehouse_is_current_until_its_sources_change(paths: DataPaths, letters: Path) -> None:
    assert not is_current(paths)
    build(paths)
    assert is_current(paths)
    update_files(paths, letters)
    assert is_current(paths)
    process_pending(paths, "tables")
    assert is_current(paths), "the tables that were made again are the same"
    (letters / "CM16-0020417.pdf").rename(letters / "CM16-0020418.pdf")
    update_files(paths, letters)
    assert not is_current(paths)


def test_folders_of_any_name_give_the_same_tables(paths: DataPaths, letters: Path, tmp_path: Path) -> None:
    """A folder of letters and a data folder whose names look like values of columns."""
    odd = tmp_path / "case_number=CM16-0123456" / "year=2018" / "eq=x"
    same = load_tables(Path(shutil.copytree(letters, odd / "letters")), odd / "data")
    there, here = (
        {name: rows for name, rows in parquet_files(root).items() if not name.startswith("files")}
        for root in (same.root, paths.root)
    )
    assert there == here
    numbers = [known_letters(some, "sha256", "case_number", "block").rows() for some in (same, paths)]
    assert numbers[0] == numbers[1]
    assert build(same).rows == build(paths).rows
    query = "SELECT determination_id, case_number FROM main.determinations ORDER BY ALL"
    cases = [duckdb.connect(str(some.warehouse), read_only=True).execute(query).fetchall() for some in (same, paths)]
    assert cases[0] == cases[1]


def test_nothing_to_build_from(data: Path) -> None:
    with pytest.raises(RunError, match="There is nothing to build the warehouse from yet"):
        build(DataPaths.at(data))
