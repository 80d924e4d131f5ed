"""Every check finds what it is for, and nothing in a sound warehouse."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from parquet_rows import write_rows

from imr_etl.paths import DataPaths
from warehouse import attached, sql, sql_names
from warehouse.build import build
from warehouse.checks import SCOPES, CheckResult, run_checks


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, two_letters: dict[str, list[Any]]) -> Path:
    """The file of a sound warehouse."""
    paths = DataPaths.at(tmp_path_factory.mktemp("checks"))
    write_rows(paths, **two_letters)
    build(paths)
    return paths.warehouse_file


@pytest.fixture(scope="module")
def sound(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sound warehouse."""
    with attached(built) as connection:
        yield connection


@pytest.fixture
def connection(sound: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, which may be spoilt."""
    sound.execute("BEGIN")
    yield sound
    sound.execute("ROLLBACK")


def failed(connection: duckdb.DuckDBPyConnection, loaded: dict[str, str] | None = None) -> dict[str, CheckResult]:
    return {check.name: check for check in run_checks(connection, loaded) if not check.passed}


def check(name: str) -> str:
    return sql(f"checks/{name}")


SPOILT = [
    ("INSERT INTO imr.determinations FROM imr.determinations LIMIT 1", "determinations_share_a_key"),
    ("INSERT INTO imr.disputed_items FROM imr.disputed_items", "items_share_a_key"),
    ("INSERT INTO imr.letter_files FROM imr.letter_files LIMIT 1", "letter_files_share_a_key"),
    ("INSERT INTO imr.problems FROM imr.problems", "problems_share_a_key"),
    *(
        (f"INSERT INTO imr.{table} FROM imr.{table}", "item_parts_share_a_key")
        for table in (
            "item_drugs",
            "item_body_parts",
            "guideline_citations",
            "reviewer_licenses",
            "reviewer_specialties",
            "diagnoses",
            "diagnosis_body_parts",
        )
    ),
    ("DELETE FROM imr.determinations WHERE sha256 = 'a'", "items_without_determination"),
    *(
        (f"UPDATE imr.{table} SET determination_id = 'CM16-0029999'", "letter_parts_without_determination")
        for table in ("reviewer_licenses", "reviewer_specialties", "diagnoses", "diagnosis_body_parts")
    ),
    ("UPDATE imr.diagnosis_body_parts SET diagnosis_position = 7", "letter_parts_without_determination"),
    *(
        (f"UPDATE imr.{table} SET item_number = 7", "item_parts_without_item")
        for table in ("item_drugs", "item_body_parts", "guideline_citations")
    ),
    ("UPDATE imr.determinations SET item_count = 9", "item_count_differs"),
    ("DELETE FROM imr.disputed_items", "item_count_differs"),
    ("UPDATE imr.determinations SET outcome = 'partially overturned'", "outcome_differs_from_items"),
    ("UPDATE imr.determinations SET outcome = NULL", "outcome_differs_from_items"),
    ("UPDATE imr.letter_files SET status = 'unreadable'", "letters_lost"),
    ("UPDATE imr.letter_files SET parser_version = NULL", "letters_half_parsed"),
    ("UPDATE imr.letter_files SET status = 'superseded'", "loaded_letters_differ"),
    ("DELETE FROM imr.determinations WHERE sha256 = 'b'", "loaded_letters_differ"),
    ("DELETE FROM imr.letter_files WHERE sha256 = 'b'", "problems_of_nothing"),
    ("UPDATE imr.problems SET code = 'odd'", "problems_of_nothing"),
    *(
        (f"UPDATE imr.{table} SET {column} = 'alchemy'", "codes_unknown")
        for table, column in (
            ("reviewer_specialties", "specialty"),
            ("disputed_items", "category"),
            ("disputed_items", "subcategory"),
            ("disputed_items", "treatment"),
            ("item_drugs", "ingredient"),
            ("item_drugs", "drug_class"),
            ("diagnoses", "nature"),
            ("diagnosis_body_parts", "region"),
            ("item_body_parts", "region"),
            ("guideline_citations", "guideline_family"),
        )
    ),
    ("UPDATE imr.determinations SET injury_date = '2016-02-01', decision_date = '2016-01-01'", "dates_out_of_order"),
    ("UPDATE imr.determinations SET injury_date = '2016-02-01', decision_date = '2016-02-01'", None),
    ("UPDATE imr.determinations SET injury_date = NULL, decision_date = '2016-02-01'", None),
    ("UPDATE imr.determinations SET assigned_date = '2016-02-01', decision_date = '2016-01-01'", "dates_out_of_order"),
    ("UPDATE imr.determinations SET injury_date = '2016-02-01', ur_denial_date = '2016-01-01'", "dates_out_of_order"),
    ("UPDATE imr.determinations SET patient_age = 7", "ages_out_of_range"),
    ("UPDATE imr.determinations SET patient_age = 101", "ages_out_of_range"),
    ("UPDATE imr.determinations SET patient_age = 14", None),
    (
        "INSERT INTO imr.problems SELECT * REPLACE (2 AS position, 'unknown_drug' AS code) FROM imr.problems",
        "unknown_words",
    ),
    ("UPDATE imr.problems SET code = 'no_items'", "problem_rate"),
    ("UPDATE marts.published_totals SET share_of_published_letters = 1.05", "more_letters_than_published"),
    ("UPDATE marts.published_totals SET share_of_published_letters = 1.03", None),
    ("UPDATE imr.problems SET code = 'possible_personal_data'", "possible_personal_data"),
]


@pytest.mark.parametrize(("change", "name"), SPOILT)
def test_a_check_finds_what_it_is_for(connection: duckdb.DuckDBPyConnection, change: str, name: str | None) -> None:
    connection.execute("UPDATE imr.determinations SET parser_version = (SELECT parser_version FROM imr.build)")
    before = set(failed(connection))
    connection.execute(change)
    after = failed(connection)
    if name is None:
        assert set(after) == before
    else:
        assert name in after
        assert after[name].count > 0
        assert after[name].sample


SPOILT_BY_CHECK = {name: change for change, name in SPOILT if name and "\n-- scope" in check(name)}


@pytest.mark.parametrize(("name", "change"), SPOILT_BY_CHECK.items())
@pytest.mark.parametrize("is_loaded", [True, False])
def test_only_what_was_loaded_is_asked_of(
    built: Path, tmp_path: Path, change: str, name: str, *, is_loaded: bool
) -> None:
    # Views beside a warehouse cannot be made in a transaction that changes it.
    with attached(Path(shutil.copy(built, tmp_path))) as connection:
        connection.execute("UPDATE imr.determinations SET parser_version = (SELECT parser_version FROM imr.build)")
        for scope, key in SCOPES.items():
            # The change may delete what has these keys, or give others.
            keys = f"SELECT {key} FROM imr.determinations UNION SELECT 'CM16-0029999'"
            connection.execute(f"CREATE TEMP TABLE loaded_{scope} AS FROM ({keys}) WHERE {is_loaded}")
        connection.execute(change)
        found = failed(connection, {scope: f"loaded_{scope}" for scope in SCOPES})
    assert (name in found) == is_loaded


def test_a_sound_warehouse_passes(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DELETE FROM imr.problems")
    assert failed(connection) == {}


def test_letters_of_older_code_tables_may_hold_older_codes(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("UPDATE imr.disputed_items SET category = 'alchemy'")
    assert "codes_unknown" not in failed(connection)


def test_every_check_is_tried() -> None:
    assert {name for _, name in SPOILT if name} == set(sql_names("checks"))


@pytest.mark.parametrize("name", sql_names("checks"))
def test_a_check_says_what_it_means_and_why(name: str) -> None:
    meaning, *header = [line for line in sql(f"checks/{name}").splitlines() if line.startswith("-- ")]
    assert re.fullmatch(r"-- [A-Z].*\.", meaning)
    told = dict(line.removeprefix("-- ").split(": ", 1) for line in header)
    assert [name for name in told if name != "scope"] == ["severity", "bound", "observed", "why"]
    assert told.get("scope", "letter") in SCOPES
    assert told["severity"] in ("block", "warn")
    assert told["severity"] == "warn" or told["bound"] == "0"
