"""`imr-etl search` as a person meets it."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from imr_etl.cli import cli
from imr_etl.errors import RunError
from imr_etl.names import Search
from imr_etl.storage.paths import DataPaths
from warehouse.query.passages import Passage, passages
from warehouse.query.search import Found, Hit

Run = Callable[..., Result]

HIT = Hit(
    "CM16-0020001",
    "CM16-0020001",
    2,
    date(2016, 3, 30),
    "overturned",
    "overturned",
    "Diagnostic Testing",
    "Imaging Radiology",
    "MRI",
    2,
    3,
    "MRI of the knee",
    "First. The [bold]knee\x1b[2J[/bold] locks, \u202ehe says. Last.",
    "request",
)


@pytest.fixture
def imr_search(made_up: DataPaths) -> Run:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["search", "--data", str(made_up.root), *arguments])

    return run


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Has one hit found by whatever search; gives what was asked for, and the limit."""
    heard: list[Any] = []

    def search(_: object, asked: Search, limit: int | None) -> Found:
        heard.extend((asked, limit))
        by_place = {"request": 2, "rationale": 1, "letter": 0}
        return Found(3, 2, iter([HIT]), by_place, '"knee"')

    def hit_passages(_: object, hit: Hit, match: str) -> dict[str, Passage]:
        return passages({"request": hit.request, "rationale": hit.rationale}, match)

    monkeypatch.setattr("warehouse.query.search.search", search)
    monkeypatch.setattr("warehouse.query.search.hit_passages", hit_passages)
    return heard


@pytest.mark.usefixtures("asked")
def test_a_hit_is_shown_with_its_sentence(imr_search: Run) -> None:
    assert imr_search("knee").output.splitlines() == [
        "CM16-0020001 item 2, pages 2-3  2016-03-30  overturned  Diagnostic Testing / Imaging Radiology / MRI",
        "    request: MRI of the knee",
        "    rationale: First. The [bold]knee\\x1b[2J[/bold] locks, \\u202ehe says. Last.",
        "3 items in 2 letters (2 in the request, 1 in the rationale).",
        "The best 1 are shown; --limit shows more, --csv all.",
    ]


@pytest.mark.usefixtures("asked")
def test_words_are_highlighted_on_a_terminal(imr_search: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[1;7mknee\x1b[0m\\x1b[2J" in imr_search("knee").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["functional restoration", "today"], "functional restoration today"),
        (['"low back" pain', "OR", "ache"], '"low back" pain OR ache'),
        (["knee", "-shoulder", "-h"], "knee \u2212shoulder \u2212h"),
    ],
)
def test_words_are_joined(imr_search: Run, asked: list[Any], arguments: list[str], words: str) -> None:
    result = imr_search(*arguments)
    assert result.exit_code == 0, result.output
    assert asked == [Search(words), 20]


def test_every_field_of_the_states_form_is_an_option(imr_search: Run, asked: list[Any]) -> None:
    result = imr_search(
        *("--case", "cm16-0020001", "--decision", "upheld", "--outcome", "partially overturned"),
        *("--category", "Programs", "--category", "Surgery", "--subcategory", "Spine"),
        *("--treatment", "MRI", "--specialty", "Neurology", "--priority", "expedited"),
        *("--since", "2016", "--until", "2016-02", "--injury-since", "2010-05-06", "--injury-until", "2011"),
        *("--received-since", "2015-2", "--received-until", "2015-2-3", "--limit", "7"),
        *("--age", "40-50", "--visits", "12", "--claim-age", "2-", "--sex", "female", "--state", "TX"),
        *("--modified", "--not-retrospective", "--not-ancillary", "--drug-class", "Opioids", "--ingredient", "norco"),
        *("--body-part", "knee", "--diagnosis-nature", "nerve", "--diagnosis-region", "hip"),
        *("--guideline-family", "ODG", "--section", "weaning", "--problem", "no_items"),
    )
    assert result.exit_code == 0, result.output
    assert asked == [
        Search(
            case="CM16-0020001",
            decision="upheld",
            outcome="partially overturned",
            priority="expedited",
            category=("Programs", "Surgery"),
            subcategory=("Spine",),
            treatment=("MRI",),
            specialty=("Neurology",),
            since=date(2016, 1, 1),
            until=date(2016, 2, 29),
            injury_since=date(2010, 5, 6),
            injury_until=date(2011, 12, 31),
            received_since=date(2015, 2, 1),
            received_until=date(2015, 2, 3),
            age=(40, 50),
            visits=(12, 12),
            claim_age=(2, None),
            sex="female",
            state=("TX",),
            modified=True,
            retrospective=False,
            ancillary=False,
            drug_class=("Opioids",),
            ingredient=("norco",),
            body_part=("knee",),
            diagnosis_nature=("nerve",),
            diagnosis_region=("hip",),
            guideline_family=("ODG",),
            section=("weaning",),
            problem=("no_items",),
        ),
        7,
    ]


def test_csv_is_fit_for_a_spreadsheet(imr_search: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = replace(HIT, request="=HYPERLINK(1)", rationale="@\x1b")
    monkeypatch.setattr("warehouse.query.search.search", lambda *_: Found(1, 1, iter([evil])))
    header, row = csv.reader(io.StringIO(imr_search("knee", "--csv").output))
    assert header == list(Hit.__annotations__)
    assert row[-3:-1] == ["'=HYPERLINK(1)", "'@\\x1b"]
    assert row[2:4] == ["2", "2016-03-30"]


def test_csv_and_json_have_all_hits(imr_search: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(imr_search("--decision", "upheld", "--csv").output)))
    result = json.loads(imr_search("--decision", "upheld", "--json").output)
    assert len(rows) == len(result) > 50
    assert [row["case_number"] for row in rows] == [row["case_number"] or "" for row in result]
    assert {row["decision"] for row in result} == {"upheld"}
    days = [row["decision_date"] for row in result if row["decision_date"]]
    assert days == sorted(days, reverse=True)


def test_json_has_no_character_that_commands_a_terminal(imr_search: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = replace(HIT, rationale="\x7f\x1b\u202e")
    monkeypatch.setattr("warehouse.query.search.search", lambda *_: Found(2, 1, iter([evil, HIT])))
    result = imr_search("knee", "--json").output
    assert result.replace("\n", "").isprintable()
    assert [row["rationale"] for row in json.loads(result)] == ["\x7f\x1b\u202e", HIT.rationale]


@pytest.mark.parametrize("form", ["--csv", "--json", None])
def test_nothing_found(imr_search: Run, form: str | None) -> None:
    result = imr_search("nowhere", *([form] if form else []))
    expected = {"--csv": ",".join(Hit.__annotations__), "--json": "[]", None: "Nothing found."}
    assert (result.exit_code, result.output) == (0, f"{expected[form]}\n")


@pytest.mark.parametrize(
    ("arguments", "ended"),
    [
        ([], "Say what to search for"),
        (["knee", "--since", "2016-02-30"], "is no year, month or day"),
        (["knee", "--since", "2016-13"], "is no year, month or day"),
        (["knee", "--until", "yesterday"], "is no year, month or day"),
        (["knee", "--since", "0000"], "is no year, month or day"),
        (["knee", "--since", "2017", "--until", "2016"], "No day is in or after 2017-01-01 and not after 2016-12-31"),
        (["knee", "--decision", "maybe"], "is not one of"),
        (["knee", "--limit", "0"], "is not in the range"),
        (["knee", "--age", "old"], "--age: 'old' is no number or range: write 12, 40-50, 65- or 0-30"),
        (["knee", "--age", "50-40"], "No number is from 50 to 40"),
        (["knee", "--catgory", "Surgery"], "No such option"),
    ],
)
def test_wrong_use_is_reported(imr_search: Run, arguments: list[str], ended: str) -> None:
    result = imr_search(*arguments)
    assert result.exit_code == 2
    assert ended in result.output


@pytest.mark.parametrize(
    ("arguments", "result"),
    [(["--case", "16-1"], "16-1 is no case number"), (["--category", "Program"], "did you mean Programs")],
)
def test_what_is_not_known_is_reported(imr_search: Run, arguments: list[str], result: str) -> None:
    error = imr_search(*arguments).exception
    with pytest.raises(RunError, match=result):
        raise error or AssertionError
