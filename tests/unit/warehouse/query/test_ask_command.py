"""`imr-etl ask` as a person meets it, on a warehouse of made-up letters."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import CliRunner, Result

from imr_etl.cli import cli
from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse.query.questions import Answer, Question, ask, question, question_names

Ask = Callable[..., Result]


@pytest.fixture
def imr_ask(made_up: DataPaths) -> Ask:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["ask", "--data", str(made_up.root), *arguments])

    return run


def test_without_a_question_all_are_listed(imr_ask: Ask) -> None:
    listed = imr_ask().output
    for name in question_names():
        assert f"{name} " in listed
        assert question(name).meaning in listed
    assert "-p treatment=...: " in listed


def test_a_table_with_how_to_read_it(imr_ask: Ask) -> None:
    result = imr_ask("overturn-by-category").output
    assert result.startswith(question("overturn-by-category").meaning)
    assert "(95 % interval)" in result
    assert "Imaging Radiology" in result
    assert result.rstrip().endswith(question("overturn-by-category").reading)
    assert "left out" not in result


def test_dates_bound_the_decisions_and_say_what_that_leaves_out(imr_ask: Ask, made_up: DataPaths) -> None:
    result = imr_ask("letters-per-month", "--from", "2017-01-01", "--to", "2017-01-31")
    undated = ask(made_up.warehouse, question("coverage")).letters_undated
    assert "Jan 2017" in result.output
    assert "Feb 2017" not in result.output
    assert result.output == imr_ask("letters-per-month", "--from", "2017-01", "--to", "2017-01").output
    assert f"Letters without a decision date are left out: {undated}." in result.output


def test_csv_and_json_have_all_rows_and_digits(imr_ask: Ask, made_up: DataPaths) -> None:
    answer = ask(made_up.warehouse, question("winning-rationales"))
    assert len(answer.rows) > 50
    header, *rows = csv.reader(io.StringIO(imr_ask("winning-rationales", "--csv").output))
    assert header == answer.columns
    assert rows == [["" if value is None else str(value) for value in row] for row in answer.rows]
    result = json.loads(imr_ask("overturn-by-category", "--json").output)
    categories = ask(made_up.warehouse, question("overturn-by-category"))
    assert [tuple(row.values()) for row in result] == categories.rows


def test_a_limit_cuts_and_says_so(imr_ask: Ask) -> None:
    assert len(imr_ask("winning-rationales", "--csv", "--limit", "2").output.splitlines()) == 3
    assert "The first 2 rows; --limit shows more" in imr_ask("winning-rationales", "--limit", "2").output
    assert "The first 50 rows" in imr_ask("winning-rationales").output


def test_a_treatment_is_a_parameter(imr_ask: Ask) -> None:
    short = imr_ask("sections-by-treatment", "--treatment", "acupuncture", "--csv")
    assert short.output == imr_ask("sections-by-treatment", "-p", "treatment=acupuncture", "--csv").output
    assert len(short.output.splitlines()) > 1
    assert "There is no treatment alchemy" in str(imr_ask("sections-by-treatment", "--treatment", "alchemy").exception)


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        (["nothing"], "There is no question nothing"),
        (["claim-age", "--treatment", "MRI"], "The question claim-age has no parameter treatment"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(imr_ask: Ask, arguments: list[str], result: str) -> None:
    error = imr_ask(*arguments).exception
    assert isinstance(error, RunError)
    assert str(error).startswith(result)


@pytest.mark.parametrize(
    ("arguments", "ended"),
    [
        (
            ["claim-age", "--from", "2017-02-01", "--to", "2017-01-01"],
            "No day is in or after 2017-02-01 and not after 2017-01-01",
        ),
        (["claim-age", "--from", "yesterday"], "'yesterday' is no year, month or day"),
        (["claim-age", "-p", "treatment"], "-p treatment has no value"),
        (["claim-age", "--limit", "0"], "0 is not in the range"),
    ],
)
def test_a_wrong_option_is_reported(imr_ask: Ask, arguments: list[str], ended: str) -> None:
    result = imr_ask(*arguments)
    assert result.exit_code == 2
    assert ended in result.output


def test_there_must_be_a_warehouse(tmp_path: object) -> None:
    error = CliRunner().invoke(cli, ["ask", "--data", str(tmp_path), "coverage"]).exception
    assert isinstance(error, RunError)
    assert "load letters with `imr-etl run --letters FOLDER`" in str(error)


HOSTILE = Answer(
    ["case_number", "decision_year", "items", "overturn_rate", "mean_days", "is_modified", "decision_date", "request"],
    [("CM\x1b[2J", 2017, 12345, 1 / 3, 27.25, True, date(2017, 1, 31), "[bold]MRI\u202e[/bold]"), (None,) * 8],
    is_cut=False,
    letters_undated=0,
)


@pytest.mark.parametrize("long", ["", "x" * 300])
def test_an_answer_commands_no_terminal(imr_ask: Ask, monkeypatch: pytest.MonkeyPatch, long: str) -> None:
    rows = [(*HOSTILE.rows[0][:-1], f"{HOSTILE.rows[0][-1]}{long}"), HOSTILE.rows[1]]
    answer = Answer(HOSTILE.columns, rows, is_cut=False, letters_undated=0)

    def answered(*_: object, **__: object) -> Answer:
        return answer

    monkeypatch.setattr("warehouse.query.questions.ask", answered)
    result = imr_ask("coverage").output
    assert "\x1b" not in result
    assert "\u202e" not in result
    for shown in (
        "CM\\x1b[2J",
        "2017",
        "12,345",
        "33.3 %",
        "27.2",
        "yes",
        "2017-01-31",
        "[bold]MRI\\u202e[/bold]",
        "\u2013",
    ):
        assert shown in result


def test_a_question_is_shown_whatever_its_words(made_up: DataPaths) -> None:
    odd = Question("odd", "How odd?", "Read it.", {}, "-- How odd?\nSELECT 1 AS one WHERE $from IS NULL -- the end\n")
    assert ask(made_up.warehouse, odd).rows == [(1,)]


def test_an_older_warehouse_is_reported_of(made_up: DataPaths) -> None:
    newer = Question("newer", "", "", {}, "SELECT * FROM marts.of_tomorrow")
    with pytest.raises(RunError, match=r"lacks what is asked for: `imr-etl run` builds it again\.$"):
        ask(made_up.warehouse, newer)
