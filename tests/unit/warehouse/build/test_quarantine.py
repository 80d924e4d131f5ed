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
FAILING: dict[str, dict[str, list[Row]]] = {
    "determinations: priority": {"determinations": [letter(priority="tomorrow")]},
    "disputed_items: request, decision": {"disputed_items": [ITEM | {"request": None, "decision": "perhaps"}]},
    "item_drugs: position": {"item_drugs": [ITEM | {"position": None}]},
    "items_share_a_key": {"disputed_items": [ITEM, ITEM]},
    "item_count_differs": {"determinations": [letter(item_count=3)]},
    "outcome_differs_from_items": {"determinations": [letter(outcome=None)]},
    "item_parts_share_a_key": {"diagnoses": [{"sha256": "a", "position": 1}] * 2},
    "item_parts_without_item": {"item_body_parts": [ITEM | {"item_number": 7, "position": 1}]},
}
"""A rule -> the rows of a letter that breaks it, where they are not those of a good letter."""


def test_letters_that_break_a_rule_are_left_out(paths: DataPaths, put: Put, two_letters: dict[str, list[Row]]) -> None:
    """The good letter beside them is loaded."""
    good = {name: [row for row in rows if row.get("sha256") == "a"] for name, rows in two_letters.items()}
    tables: dict[str, list[Row]] = {name: [] for name in two_letters if name != "published_decisions"}
    for number, rows in enumerate([{}, *FAILING.values()]):
        case = f"CM16-00200{number:02}"
        names = {"sha256": str(number), "determination_id": case, "case_number": case}
        for name, table in tables.items():
            table += [
                row | {key: value for key, value in names.items() if key in row}
                for row in (good | {"determinations": [letter()]} | rows)[name]
            ]
    put(**tables)
    report = build(paths)
    assert report.letters == {"loaded": 1, "quarantined": len(FAILING)}
    for table in ("determinations", *(child.name for child in CHILDREN)):
        assert ask(paths, f"SELECT DISTINCT determination_id FROM main.{table}") in ([("CM16-0020000",)], [])
    found = ask(paths, "SELECT case_number, stage, code, excerpt FROM main.problems WHERE sha256 <> '0' ORDER BY ALL")
    for number, reason in enumerate(FAILING, start=1):
        case = f"CM16-00200{number:02}"
        own = [row for row in found if row[0] == case]
        assert (case, "warehouse", "letter_quarantined", f"Refused by {reason}") in own
        assert {row[2] for row in own} == {"letter_quarantined"}
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
    assert (report.changed, report.letters) == (1, {"loaded": 3})
    assert "letter_quarantined" not in report.problems
    assert ask(paths, "SELECT priority FROM main.determinations WHERE sha256 = 'a'") == [("standard",)]
