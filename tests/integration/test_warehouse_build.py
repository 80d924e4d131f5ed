"""The build of the warehouse: checked before it is seen, and a failed one leaves the old one."""

from pathlib import Path

import duckdb
import pytest

import warehouse.build
from imr_etl import stages
from imr_etl.errors import RunError
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.vocabulary import code_table_names
from warehouse import attached, sql, sql_names
from warehouse.build import build, is_current
from warehouse.checks import CheckResult, run_checks


@pytest.fixture
def paths(letters: Path, data: Path) -> DataPaths:
    """A data folder whose tables are made and whose warehouse is not."""
    paths = DataPaths.at(data)
    stages.update_files(paths, letters)
    with stages.extraction_pool() as pool:
        for block in stages.pending_blocks(paths):
            stages.update_lines(paths, block, pool=pool)
            stages.update_tables(paths, block)
    return paths


def test_a_built_warehouse_has_what_it_promises(paths: DataPaths) -> None:
    report = build(paths)
    assert set(report.rows) == set(WAREHOUSE_TABLES)
    assert report.rows["determinations"] == 3
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
        ).fetchall()
        assert {name for schema, name in tables if schema == "imr"} == {*WAREHOUSE_TABLES, "build"}
        assert {name for schema, name in tables if schema == "codes"} == {*code_table_names(), "problem_codes"}
        assert {schema for schema, _ in tables} == {"imr", "codes"}
        uncommented = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns()"
            " WHERE schema_name = 'imr' AND table_name <> 'build' AND comment IS NULL"
        ).fetchall()
        assert uncommented == []
        assert dict(connection.execute("FROM codes.problem_codes").fetchall()) == PROBLEM_CODES
    assert not paths.building.exists()


def test_a_warehouse_is_current_until_its_sources_change(paths: DataPaths, letters: Path) -> None:
    assert not is_current(paths)
    build(paths)
    assert is_current(paths)
    stages.update_files(paths, letters)
    assert is_current(paths)
    stages.update_tables(paths, "CM16-002", redo=True)
    assert not is_current(paths)


def test_a_failed_check_leaves_the_old_warehouse(paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    build(paths)
    before = paths.warehouse_file.read_bytes()
    bad = CheckResult("items_share_a_key", "Two items", "block", 0, 2, [("CM16-0020001", 1)], passed=False)
    monkeypatch.setattr(warehouse.build, "run_checks", lambda _: [bad])
    with pytest.raises(RunError, match="2 bad rows in items_share_a_key, such as"):
        build(paths)
    assert paths.warehouse_file.read_bytes() == before
    assert not paths.building.exists()


def test_what_an_earlier_build_left_is_no_hindrance(paths: DataPaths) -> None:
    paths.building.write_bytes(b"half a file")
    paths.building.with_name(paths.building.name + ".wal").write_bytes(b"half a log")
    assert build(paths).rows["determinations"] == 3


def test_nothing_to_build_from(data: Path) -> None:
    with pytest.raises(RunError, match="There is nothing to build the warehouse from yet"):
        build(DataPaths.at(data))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("INSERT INTO imr.determinations FROM imr.determinations LIMIT 1", "determinations_share_a_key"),
        ("INSERT INTO imr.disputed_items FROM imr.disputed_items LIMIT 1", "items_share_a_key"),
        ("INSERT INTO imr.letter_files FROM imr.letter_files LIMIT 1", "letter_files_share_a_key"),
        ("INSERT INTO imr.guideline_citations FROM imr.guideline_citations LIMIT 1", "item_parts_share_a_key"),
        ("DELETE FROM imr.determinations WHERE case_number = 'CM16-0020001'", "items_without_determination"),
        ("DELETE FROM imr.disputed_items WHERE item_number = 1", "item_parts_without_item"),
        ("UPDATE imr.determinations SET item_count = 9", "item_count_differs"),
        ("UPDATE imr.determinations SET outcome = 'partially overturned'", "outcome_differs_from_items"),
        ("UPDATE imr.letter_files SET status = 'unreadable'", "letters_lost"),
        ("UPDATE imr.determinations SET injury_date = decision_date + 1", "dates_out_of_order"),
        ("UPDATE imr.determinations SET patient_age = 7", "ages_out_of_range"),
    ],
)
def test_a_check_finds_what_it_is_for(paths: DataPaths, change: str, name: str) -> None:
    build(paths)
    with attached(paths.warehouse) as connection:
        assert [check.name for check in run_checks(connection) if not check.passed and check.severity == "block"] == []
        connection.execute(change)
        failed = {check.name for check in run_checks(connection) if not check.passed}
    assert name in failed


@pytest.mark.parametrize("name", sql_names("checks"))
def test_a_check_says_what_it_means_and_why(name: str) -> None:
    header = [line for line in sql(f"checks/{name}").splitlines() if line.startswith("-- ")]
    assert [line.split(":")[0] for line in header[1:]] == ["-- severity", "-- bound", "-- observed", "-- why"]
