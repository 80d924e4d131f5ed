"""`make accuracy`: what counts as right and as flagged, and that no letter's text comes into the document."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "accuracy" / "measure.py"


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_item_is_flagged_by_a_problem_that_quotes_its_request(measure: ModuleType) -> None:
    requests = {"CM16-0000001 #1": "Hovercraft rental for 3 days", "CM16-0000001 #2": "MRI of the knee"}
    found = [("unknown_treatment", "treatment", "Hovercraft  rental"), ("no_items", None, None)]
    assert measure.is_flagged(found, "CM16-0000001 #1", "item category", requests)
    assert not measure.is_flagged(found, "CM16-0000001 #2", "item category", requests)


@pytest.mark.parametrize(
    ("key", "name", "column"),
    [
        ("CM16-0000001 decision_date", "header dates", "decision_date"),
        ("CM16-0000001", "reviewer states (exact list)", "state"),
        ("CM16-0000001", "reviewer specialties (exact list)", "specialty"),
        ("CM16-0000001", "patient age", "patient_age"),
    ],
)
def test_a_letter_is_flagged_by_a_problem_of_the_field(measure: ModuleType, key: str, name: str, column: str) -> None:
    assert measure.is_flagged([("field_missing", column, None)], key, name, {})
    assert not measure.is_flagged([("field_missing", "another", None)], key, name, {})


def test_a_table_has_counts_shares_and_intervals_by_letter(measure: ModuleType) -> None:
    field = measure.Field()
    for letter in range(10):
        for place in range(4):
            is_right = letter > 0 or place > 0
            field.add(str(letter), is_right=is_right, is_flagged=False)
    *_, row = measure.table({"visits": field}, "letters")
    assert row.startswith("| visits | 40 | 10 | 97.5 % (39) | ")
    assert "| 2.5 % (1) | " in row
    low = float(row.split("|")[5].split()[0])
    assert low < 86.0, "40 independent values would give 87.1 %"
