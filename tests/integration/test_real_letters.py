"""The labeled real letters, where they are: beside the repository, never in it."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from loading import load_tables

from warehouse.build.build import build

SHARED = Path(__file__).parent.parent.parent.parent / "shared"
LETTERS, LABELS, SCORER = SHARED / "letters", SHARED / "labels", SHARED / "score" / "score_extraction.py"
DERIVED = SHARED / "labels_derived"
SEED = "letter_files.uri LIKE '%/seed/%'"

pytestmark = pytest.mark.skipif(not SCORER.exists(), reason=f"the real letters are not in {SHARED}")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    paths = load_tables(LETTERS, tmp_path_factory.mktemp("real"))
    build(paths)
    return paths.root


def test_labels_are_met(data: Path) -> None:
    """The mean over all fields was 99.86 % when this was written."""
    command = [sys.executable, SCORER, data / "imr.duckdb", LABELS, "--min", "99.5"]
    done = subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    shares = {line.split("  ")[0]: float(line.split()[-2]) for line in done.stdout.splitlines() if line.endswith("%")}
    structural = (
        "letter found",
        "header dates",
        "priority",
        "reviewer states (exact list)",
        "item count",
        "item decision",
    )
    assert {name: shares[name] for name in structural} == dict.fromkeys(structural, 100.0)


OF_ITEMS = "determination_id AS case, item_number AS item"
DERIVED_VALUES = {
    "diagnoses": """
        SELECT diagnosis.determination_id AS case, diagnosis, nature, is_uncertain, any_value(side) AS side,
            string_agg(DISTINCT region, ';' ORDER BY region) AS regions
        FROM main.diagnoses AS diagnosis LEFT JOIN main.diagnosis_body_parts AS part
            ON diagnosis.determination_id = part.determination_id AND diagnosis_position = diagnosis.position
        GROUP BY ALL""",
    "is_ancillary": f"""
        SELECT {OF_ITEMS}, is_ancillary, parent_item_number AS parent_item, decision_follows_parent
        FROM main.disputed_items""",
    "mme": f"""
        SELECT {OF_ITEMS}, mme_per_unit, mme_requested, mme_per_day
        FROM main.disputed_items LEFT JOIN main.item_drugs USING (determination_id, item_number)""",
    "quantities": f"""
        SELECT {OF_ITEMS}, quantity_unit AS unit, requested_quantity AS requested, authorized_quantity AS authorized,
            disputed_quantity AS disputed, requested_quantity = authorized_quantity + disputed_quantity AS adds_up
        FROM main.disputed_items""",
    "reasons": f"""
        SELECT {OF_ITEMS}, string_agg(reason, ';' ORDER BY reason) AS reasons FROM main.rationale_reasons
        GROUP BY ALL""",
    "service_decision": f"""
        SELECT {OF_ITEMS}, is_ancillary, CASE WHEN NOT is_ancillary THEN subcategory END AS service_key
        FROM main.disputed_items""",
}
"""File of expected rows -> the rows of the tables, their columns named as the file names them."""

KEYS_OF_ROWS = ("case", "item", "diagnosis")
LISTS = ("regions", "reasons")


@pytest.mark.parametrize("name", DERIVED_VALUES)
def test_derived_values_are_those_of_a_careful_reader(name: str, data: Path) -> None:
    with duckdb.connect(str(data / "imr.duckdb"), read_only=True) as connection:
        found = connection.execute(DERIVED_VALUES[name])
        columns = [column[0] for column in found.description]
        rows = [as_written(dict(zip(columns, row, strict=True))) for row in found.fetchall()]
    keys = [key for key in KEYS_OF_ROWS if key in columns]
    with (DERIVED / f"{name}.csv").open(encoding="utf-8") as file:
        expected = [as_written({column: row[column] for column in columns}) for row in csv.DictReader(file)]
    of_key = {tuple(row[key] for key in keys): row for row in rows}
    assert [of_key.get(tuple(row[key] for key in keys)) for row in expected] == expected


def as_written(row: dict[str, object]) -> dict[str, str]:
    """Write a row's values as the files of expected rows do, lists in alphabetical order, without remarks."""
    written = {
        column: "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        for column, value in row.items()
    }
    return {
        column: ";".join(sorted(text.split(";")))
        if column in LISTS
        else text.split(" (")[0]
        if column == "service_key"
        else text
        for column, text in written.items()
    }


def test_the_seed_letter(data: Path) -> None:
    program = (
        "import duckdb, json, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
        "print(json.dumps([c.execute(q).fetchall() for q in sys.argv[2:]], default=str))"
    )
    letter = f"FROM main.determinations JOIN main.letter_files USING (sha256) WHERE {SEED}"
    queries = [
        f"SELECT patient_age, patient_sex, item_count, outcome {letter}",
        f"SELECT state FROM main.reviewer_licenses WHERE determination_id IN (SELECT determination_id {letter})",
        f"SELECT specialty FROM main.reviewer_specialties WHERE determination_id IN (SELECT determination_id {letter})",
        f"SELECT code FROM main.problems JOIN main.letter_files USING (sha256) WHERE {SEED}",
    ]
    command = [sys.executable, "-c", program, str(data / "imr.duckdb"), *queries]
    answers = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert answers == [
        [[56, "female", 2, "upheld"]],
        [["California"]],
        [["Physical Medicine & Rehabilitation"]],
        [["header_missing"]],
    ]
