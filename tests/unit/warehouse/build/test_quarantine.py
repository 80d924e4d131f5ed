"""A letter that breaks a rule of the tables is left out with a problem row, and no other letter is."""

from collections.abc import Callable
from datetime import date

import duckdb
import pytest
from parquet_rows import Row

from imr_etl.parse import PARSER_VERSION
from imr_etl.schema.tables import CHILDREN
from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build

FIRST, SECOND, THIRD = "CM16-0020001", "CM16-0020002", "CM16-0020003"
EARLY, LATE = date(2016, 3, 1), date(2016, 9, 1)

Put = Callable[..., None]

pytestmark = pytest.mark.usefixtures("letters")


def ask(paths: DataPaths, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def letter(**values: object) -> Row:
    """A determination of letter `a` that agrees with its one item."""
    ordinary = {"sha256": "a", "determination_id": FIRST, "case_number": FIRST, "outcome": "upheld", "item_count": 1}
    return ordinary | values


HEALTHY: Row = {"sha256": "b", "determination_id": SECOND, "case_number": SECOND}
ITEM: Row = {"sha256": "a", "item_number": 1}
FAILING = [
    pytest.param({"determinations": [letter(priority="tomorrow")]}, "determinations: priority", id="an unknown code"),
    pytest.param(
        {"disputed_items": [ITEM | {"request": None, "decision": "perhaps"}]},
        "disputed_items: request, decision",
        id="a missing value and an unknown code",
    ),
    pytest.param({"item_drugs": [ITEM | {"position": None}]}, "item_drugs: position", id="no place in its list"),
    pytest.param({"disputed_items": [ITEM, ITEM]}, "items_share_a_key", id="an item twice"),
    pytest.param({"determinations": [letter(item_count=3)]}, "item_count_differs", id="another number of items"),
    pytest.param({"determinations": [letter(outcome=None)]}, "outcome_differs_from_items", id="another outcome"),
    pytest.param({"diagnoses": [{"sha256": "a", "position": 1}] * 2}, "item_parts_share_a_key", id="a place twice"),
    pytest.param(
        {"item_body_parts": [ITEM | {"item_number": 7, "position": 1}]}, "item_parts_without_item", id="no item"
    ),
]


@pytest.mark.parametrize(("rows", "reason"), FAILING)
def test_a_letter_that_breaks_a_rule_is_left_out(
    paths: DataPaths, put: Put, rows: dict[str, list[Row]], reason: str
) -> None:
    put(**rows | {"determinations": [*rows.get("determinations", [letter()]), HEALTHY]})
    report = build(paths)
    assert report.letters == {"loaded": 1, "quarantined": 1}
    assert ask(paths, "SELECT sha256 FROM main.determinations") == [("b",)]
    assert {report.rows[table.name] for table in CHILDREN} == {0}
    problems = ask(paths, "SELECT case_number, stage, code, excerpt FROM main.problems WHERE sha256 = 'a'")
    assert (FIRST, "warehouse", "letter_quarantined", f"Refused by {reason}") in problems
    assert {row[2] for row in problems} == {"letter_quarantined"}
    assert all(check.passed for check in report.checks if check.severity == "block")


def test_codes_are_those_of_the_code_tables(paths: DataPaths, put: Put) -> None:
    put(
        determinations=[letter(parser_version=PARSER_VERSION), letter(sha256="b", determination_id=SECOND)],
        disputed_items=[ITEM | {"category": "alchemy"}, ITEM | {"sha256": "b", "category": "an older category"}],
    )
    assert build(paths).letters == {"loaded": 1, "quarantined": 1}
    assert ask(paths, "SELECT category FROM main.disputed_items") == [("an older category",)]


def test_the_other_letter_of_the_case_counts(paths: DataPaths, put: Put) -> None:
    copies = [letter(decision_date=LATE, priority="tomorrow"), letter(sha256="b", decision_date=EARLY)]
    put(determinations=copies, disputed_items=[ITEM, ITEM | {"sha256": "b", "request": "of the healthy letter"}])
    assert build(paths).letters == {"loaded": 1, "quarantined": 1}
    query = "SELECT sha256, request FROM main.determinations JOIN main.disputed_items USING (determination_id)"
    assert ask(paths, query) == [("b", "of the healthy letter")]


def test_a_quarantined_letter_is_loaded_once_it_breaks_no_rule(paths: DataPaths, put: Put) -> None:
    other: Row = {"sha256": "c", "determination_id": THIRD, "case_number": THIRD}
    put("CM16-003", letter_files=[{"sha256": "c", "block": "CM16-003"}], determinations=[other])
    put("CM16-004", letter_files=[], determinations=[])
    put(determinations=[letter(priority="tomorrow"), HEALTHY])
    assert build(paths).letters == {"loaded": 2, "quarantined": 1}
    put("CM16-003", determinations=[other | {"template": "F3"}])
    report = build(paths)
    assert (report.changed, report.letters) == (1, {"loaded": 2, "quarantined": 1})
    put(determinations=[letter(priority="standard"), HEALTHY])
    report = build(paths)
    assert (report.changed, report.letters) == (2, {"loaded": 3})
    assert "letter_quarantined" not in report.problems
    assert ask(paths, "SELECT priority FROM main.determinations WHERE sha256 = 'a'") == [("standard",)]
