"""The labelled real letters, where they are: beside the repository, never in it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from loading import load_tables

from warehouse.build.build import build

SHARED = Path(__file__).parent.parent.parent.parent / "shared"
LETTERS, LABELS, SCORER = SHARED / "letters", SHARED / "labels", SHARED / "score" / "score_extraction.py"
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
