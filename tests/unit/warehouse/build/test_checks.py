"""Every check finds what it is for, and nothing in a sound warehouse."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_up_rows import made_up_letters, rows_of
from parquet_rows import write_rows

from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.storage.paths import DataPaths
from warehouse import attached, sql, sql_names
from warehouse.build.build import build
from warehouse.build.checks import BLOCK, QUARANTINE, CheckResult, check_names, published_rows, run_checks


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, two_letters: dict[str, list[Any]]) -> Path:
    """The file of a sound warehouse."""
    paths = DataPaths.at(tmp_path_factory.mktemp("checks"))
    write_rows(paths, **two_letters)
    build(paths)
    return paths.warehouse


@pytest.fixture(scope="module")
def sound(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sound warehouse that is to replace none."""
    with attached(built) as connection, published_rows(connection, built.with_name("none")):
        yield connection


@pytest.fixture
def connection(sound: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, which may be spoilt."""
    sound.execute("BEGIN")
    yield sound
    sound.execute("ROLLBACK")


def failed(connection: duckdb.DuckDBPyConnection) -> dict[str, CheckResult]:
    return {check.name: check for check in run_checks(connection) if not check.passed}


def quarantining(connection: duckdb.DuckDBPyConnection) -> dict[str, list[object]]:
    """The cases that each check of severity `quarantine` finds in the tables."""
    found = {
        name: connection.execute(f"SELECT determination_id FROM ({sql(f'checks/{name}')})").fetchall()
        for name in check_names(QUARANTINE)
    }
    return {name: rows for name, rows in found.items() if rows}


def published(share: float) -> str:
    return (
        "CREATE OR REPLACE TABLE marts.published_totals AS"
        f" SELECT 2016 AS decision_year, 1 AS letters, 1 AS published_letters, '' AS source,"
        f" {share} AS share_of_published_letters"
    )


SPOILT = [
    ("INSERT INTO main.determinations FROM main.determinations LIMIT 1", "determinations_share_a_key"),
    ("INSERT INTO main.disputed_items FROM main.disputed_items", "items_share_a_key"),
    ("INSERT INTO main.letter_files FROM main.letter_files LIMIT 1", "letter_files_share_a_key"),
    ("INSERT INTO main.problems FROM main.problems", "problems_share_a_key"),
    *(
        (f"INSERT INTO main.{table} FROM main.{table}", "item_parts_share_a_key")
        for table in (
            "item_drugs",
            "item_body_parts",
            "guideline_citations",
            "reviewer_licenses",
            "reviewer_specialties",
            "diagnoses",
            "diagnosis_body_parts",
            "rationale_reasons",
        )
    ),
    ("DELETE FROM main.determinations WHERE sha256 = 'a'", "items_without_determination"),
    *(
        (f"UPDATE main.{table} SET determination_id = 'CM16-0029999'", "letter_parts_without_determination")
        for table in ("reviewer_licenses", "reviewer_specialties", "diagnoses", "diagnosis_body_parts")
    ),
    ("UPDATE main.diagnosis_body_parts SET diagnosis_position = 7", "letter_parts_without_determination"),
    *(
        (f"UPDATE main.{table} SET item_number = 7", "item_parts_without_item")
        for table in ("item_drugs", "item_body_parts", "guideline_citations", "rationale_reasons")
    ),
    ("UPDATE main.disputed_items SET parent_item_number = 7", "item_parts_without_item"),
    ("UPDATE main.determinations SET item_count = 9", "item_count_differs"),
    ("DELETE FROM main.disputed_items", "item_count_differs"),
    ("DELETE FROM main.disputed_items", "items_lost"),
    ("UPDATE main.determinations SET outcome = 'partially overturned'", "outcome_differs_from_items"),
    ("UPDATE main.determinations SET outcome = NULL", "outcome_differs_from_items"),
    ("UPDATE main.letter_files SET status = 'unreadable'", "letters_lost"),
    ("UPDATE main.letter_files SET parser_version = NULL", "letters_half_parsed"),
    ("UPDATE main.letter_files SET status = 'superseded'", "loaded_letters_differ"),
    ("DELETE FROM main.determinations WHERE sha256 = 'b'", "loaded_letters_differ"),
    ("DELETE FROM main.letter_files WHERE sha256 = 'b'", "problems_of_nothing"),
    ("UPDATE main.problems SET code = 'odd'", "problems_of_nothing"),
    *(
        (f"UPDATE main.{table} SET {column} = 'alchemy'", "codes_unknown")
        for table, column in (
            ("reviewer_specialties", "specialty"),
            ("disputed_items", "category"),
            ("disputed_items", "subcategory"),
            ("disputed_items", "treatment"),
            ("item_drugs", "ingredient"),
            ("item_drugs", "drug_class"),
            ("rationale_reasons", "reason"),
            ("diagnoses", "nature"),
            ("diagnosis_body_parts", "region"),
            ("item_body_parts", "region"),
            ("guideline_citations", "guideline_family"),
        )
    ),
    ("UPDATE main.determinations SET injury_date = '2016-02-01', decision_date = '2016-01-01'", "dates_out_of_order"),
    ("UPDATE main.determinations SET injury_date = '2016-02-01', decision_date = '2016-02-01'", None),
    ("UPDATE main.determinations SET injury_date = NULL, decision_date = '2016-02-01'", None),
    ("UPDATE main.determinations SET assigned_date = '2016-02-01', decision_date = '2016-01-01'", "dates_out_of_order"),
    ("UPDATE main.determinations SET injury_date = '2016-02-01', ur_denial_date = '2016-01-01'", "dates_out_of_order"),
    ("UPDATE main.determinations SET patient_age = 7", "ages_out_of_range"),
    ("UPDATE main.determinations SET patient_age = 101", "ages_out_of_range"),
    ("UPDATE main.determinations SET patient_age = 14", None),
    (
        "INSERT INTO main.problems SELECT * REPLACE (2 AS position, 'unknown_drug' AS code) FROM main.problems",
        "unknown_words",
    ),
    ("UPDATE main.problems SET code = 'no_items'", "problem_rate"),
    (published(1.05), "more_letters_than_published"),
    (published(1.03), None),
    ("UPDATE main.published_decisions SET case_number = 'CM16-0029999'", "published_not_loaded"),
    (
        "UPDATE main.determinations SET decision_date = '2016-03-01', case_number = 'CM16-0029999'",
        "loaded_not_published",
    ),
    ("UPDATE main.published_decisions SET injury_date = '2012-01-01'", "published_dates_differ"),
    ("UPDATE main.published_decisions SET outcome = 'overturned'", "published_outcomes_differ"),
    ("UPDATE main.published_decisions SET outcome = NULL", None),
    (
        "INSERT INTO marts.reconciliation (measure, letters, agreement) VALUES ('decision date', 20, 0.89)",
        "published_agreement",
    ),
    ("INSERT INTO marts.reconciliation (measure, letters, agreement) VALUES ('decision date', 19, 0.89)", None),
    ("UPDATE main.problems SET code = 'possible_personal_data'", "possible_personal_data"),
]


@pytest.mark.parametrize(("change", "name"), SPOILT)
def test_a_check_finds_what_it_is_for(connection: duckdb.DuckDBPyConnection, change: str, name: str | None) -> None:
    connection.execute("UPDATE main.determinations SET parser_version = (SELECT parser_version FROM main.build)")
    before = {*failed(connection), *quarantining(connection)}
    connection.execute(change)
    after = failed(connection)
    if name is None:
        assert {*after, *quarantining(connection)} == before
    elif name in check_names(QUARANTINE):
        assert name in quarantining(connection)
    else:
        assert name in after
        assert after[name].count > 0
        assert after[name].sample


def test_a_sound_warehouse_passes(connection: duckdb.DuckDBPyConnection) -> None:
    complete(connection)
    assert failed(connection) == quarantining(connection) == {}


def complete(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave the letter that has a row in every table, with all that a letter has."""
    connection.execute("DELETE FROM main.problems")
    connection.execute("DELETE FROM main.determinations WHERE sha256 = 'b'")
    connection.execute("DELETE FROM main.letter_files WHERE sha256 = 'b'")
    connection.execute("UPDATE main.published_decisions SET decision_date = '2016-02-01'")
    connection.execute("UPDATE main.determinations SET decision_date = '2016-02-01', clinical_summary = 'A fall.'")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("UPDATE main.determinations SET decision_date = NULL", "dates"),
        ("UPDATE main.determinations SET item_count = 0", "disputed items"),
        ("UPDATE main.determinations SET clinical_summary = NULL", "clinical summary"),
        ("DELETE FROM main.reviewer_licenses", "license"),
        ("DELETE FROM main.reviewer_specialties", "specialty"),
    ],
)
def test_letters_without_parts(connection: duckdb.DuckDBPyConnection, change: str, part: str) -> None:
    complete(connection)
    connection.execute(change)
    assert failed(connection)["letters_without_parts"].sample == [("CM16-0020001", [part])]


def test_letters_of_older_code_tables_may_hold_older_codes(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("UPDATE main.disputed_items SET category = 'alchemy'")
    assert "codes_unknown" not in quarantining(connection)


def test_every_check_is_tried() -> None:
    elsewhere = {"letters_vanished", "letters_without_parts", "rows_lost"}  # test_publish, and below
    assert {name for _, name in SPOILT if name} | elsewhere == set(sql_names("checks"))


@pytest.mark.parametrize("name", sql_names("checks"))
def test_a_check_says_what_it_means_and_why(name: str) -> None:
    meaning, *header = [line for line in sql(f"checks/{name}").splitlines() if line.startswith("-- ")]
    assert re.fullmatch(r"-- [A-Z].*\.", meaning)
    said = dict(line.removeprefix("-- ").split(": ", 1) for line in header if ": " in line)
    assert [name for name in said if name != "remedy"] == ["severity", "bound", "observed", "why"]
    assert said["severity"] in (BLOCK, QUARANTINE, "warn")
    assert ("remedy" in said) == (said["severity"] == BLOCK and "published" in sql(f"checks/{name}"))


# A warehouse that lost rows against the published one


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse that has some rows in every table, and is to replace one with the same rows."""
    paths = DataPaths.at(tmp_path_factory.mktemp("large"))
    rows = rows_of(made_up_letters())
    keys = [{"sha256": letter["sha256"]} for letter in rows["determinations"]]
    rows["diagnoses"] = [key | {"position": 1} for key in keys]
    rows["diagnosis_body_parts"] = [key | {"diagnosis_position": 1, "position": 1} for key in keys]
    rows["rationale_reasons"] = [key | {"item_number": 1, "position": 1} for key in keys]
    rows["problems"] = [key | {"position": 1, "code": "no_items"} for key in keys]
    write_rows(paths, **rows)
    build(paths)
    copy = paths.root / "copy.duckdb"
    shutil.copyfile(paths.warehouse, copy)
    with attached(copy) as connection, published_rows(connection, paths.warehouse):
        yield connection


@pytest.mark.parametrize("table", [*(f"main.{name}" for name in WAREHOUSE_TABLES), "marts.items", "marts.letters"])
def test_half_of_any_table_is_not_published(large: duckdb.DuckDBPyConnection, table: str) -> None:
    assert "rows_lost" not in failed(large)
    large.execute("BEGIN")
    large.execute(f"DELETE FROM {table} WHERE rowid % 2 = 0")
    blocking = {name for name, check in failed(large).items() if check.severity == BLOCK}
    large.execute("ROLLBACK")
    assert "rows_lost" in blocking


def test_other_rules_may_lose_a_quarter_of_a_table_and_any_problems(large: duckdb.DuckDBPyConnection) -> None:
    large.execute("BEGIN")
    large.execute("UPDATE published_rows SET has_same_rules = false")
    large.execute("DELETE FROM main.problems")
    large.execute("DELETE FROM main.item_drugs WHERE rowid % 4 = 0")
    lost = failed(large)
    large.execute("DELETE FROM main.item_drugs WHERE rowid % 2 = 0")
    lost_more = failed(large)
    large.execute("ROLLBACK")
    assert "rows_lost" not in lost
    assert [row[0] for row in lost_more["rows_lost"].sample] == ["main.item_drugs"]
