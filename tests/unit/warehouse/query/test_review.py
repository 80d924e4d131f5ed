"""`imr-etl review`: what most needs a person, the most frequent first."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import CliRunner, Result
from parquet_rows import BLOCK

from imr_etl.cli import cli
from imr_etl.cli.review import KINDS
from imr_etl.problems import PROBLEM_CODES
from imr_etl.storage.paths import DataPaths
from imr_etl.vocabulary import code_table_names
from warehouse.build.build import build
from warehouse.query.review import NEXT_STEPS, Finding, review

FIRST, SECOND, THIRD = "CM16-0020001", "CM16-0020002", "CM17-0020003"
DECIDED = {FIRST: date(2016, 3, 1), SECOND: date(2016, 5, 1), THIRD: None}
PROBLEMS = [
    (FIRST, "unknown_drug", "Zoltrix 10mg tablets #60"),
    (FIRST, "unknown_drug", "Prescription of ZOLTRIX 5 mg"),
    (SECOND, "unknown_drug", "zoltrix cream"),
    (SECOND, "unknown_drug", "Yammerol #30"),
    (THIRD, "unknown_drug", "#30"),
    (FIRST, "unknown_treatment", "Associated surgical service: Hovercraft, 3 days"),
    (FIRST, "unknown_specialty", "Alchemy & Astrology"),
    (SECOND, "unknown_specialty", "alchemy, astrology"),
    (SECOND, "doubtful_category", "Surgery > Spine, beside opioids: Fusion 1"),
    (FIRST, "doubtful_category", "Surgery > Spine, beside opioids: Another: 2"),
    (FIRST, "no_items", None),
]


@pytest.fixture
def made(put: Callable[..., None], paths: DataPaths) -> DataPaths:
    """Three letters with problems, and one that a later letter of its case superseded."""
    keys = {FIRST: "a", SECOND: "b", THIRD: "c"}
    put(
        BLOCK,
        letter_files=[{"sha256": key, "case_number": case} for case, key in [*keys.items(), (FIRST, "old")]],
        letter_reads=[{"sha256": key} for key in (*keys.values(), "old")],
        determinations=[
            {"sha256": key, "determination_id": case, "case_number": case, "decision_date": decided}
            for case, key, decided in (
                *((case, key, DECIDED[case]) for case, key in keys.items()),
                (FIRST, "old", date(2015, 1, 1)),
            )
        ],
        problems=[
            {"sha256": sha256, "position": position, "code": code, "excerpt": excerpt, "page": 2}
            for position, (sha256, code, excerpt) in enumerate(
                [*((keys[case], code, excerpt) for case, code, excerpt in PROBLEMS), ("old", "unknown_drug", "Gone 1")],
                start=1,
            )
        ],
    )
    build(paths)
    return paths


@pytest.fixture
def imr_review(made: DataPaths) -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(cli, ["review", "--data", str(made.root), *arguments])


def words(found: list[Finding]) -> list[tuple[str, str, int, int]]:
    return [(finding.code, finding.word, finding.items, finding.letters) for finding in found]


def test_one_row_for_what_means_one_thing_the_most_frequent_first(made: DataPaths) -> None:
    assert words(review(made.warehouse)) == [
        ("unknown_drug", "zoltrix", 3, 2),
        ("unknown_drug", "30", 1, 1),
        ("unknown_drug", "yammerol", 1, 1),
        ("unknown_treatment", "hovercraft", 1, 1),
        ("unknown_specialty", "alchemy astrology", 2, 2),
        ("doubtful_category", "surgery spine beside opioids", 2, 2),
    ]


def test_the_example_is_the_latest_letter(made: DataPaths) -> None:
    first = review(made.warehouse, ["unknown_drug"], limit=1)
    assert [(row.case_number, row.excerpt, row.page, row.place, row.of_kind) for row in first] == [
        (SECOND, "zoltrix cream", 2, 1, 3)
    ]


def test_dates_bound_the_decisions(made: DataPaths) -> None:
    assert words(review(made.warehouse, ["unknown_drug"], last=date(2016, 4, 1))) == [
        ("unknown_drug", "zoltrix", 2, 1),
    ]


def test_every_kind_says_what_to_do_next() -> None:
    assert tuple(NEXT_STEPS) == KINDS
    assert set(KINDS) <= set(PROBLEM_CODES)
    assert {code for code in PROBLEM_CODES if code.startswith("unknown_")} <= set(KINDS)
    for step in NEXT_STEPS.values():
        assert step.endswith(".")
        tables = {word.strip(",;.:").removesuffix(".csv") for word in step.split() if ".csv" in word}
        assert tables <= set(code_table_names())
        assert tables


def test_the_command(imr_review: Callable[..., Result]) -> None:
    shown = imr_review("--limit", "1").output
    assert "3 in 2 letters" in shown
    assert f"{SECOND} page 2: zoltrix cream" in shown
    assert "The first 1 of 3; --limit shows more" in shown
    assert NEXT_STEPS["unknown_drug"] in shown
    header, *rows = csv.reader(io.StringIO(imr_review("--csv").output))
    assert header[:4] == ["code", "word", "items", "letters"]
    assert len(rows) == 6
    result = json.loads(imr_review("--json", "--kind", "unknown_specialty", "--kind", "unknown_state").output)
    assert [(row["word"], row["page"]) for row in result] == [("alchemy astrology", 2)]
    assert imr_review("--since", "2030").output == "Nothing to review.\n"


@pytest.mark.parametrize("limit", ["0", "-1", str(10**30), "many"])
@pytest.mark.parametrize("command", [["review"], ["search", "pain"], ["ask", "coverage"]])
def test_an_absurd_limit_is_a_sentence(command: list[str], limit: str) -> None:
    done = CliRunner().invoke(cli, [*command, "--limit", limit])
    assert done.exit_code == 2
    assert "Invalid value for '--limit'" in done.output
