"""`imr-etl ask`: answers to the questions of `warehouse/sql/questions`."""

import csv
import json
import sys
from typing import TYPE_CHECKING

import click

from imr_etl.cli.completion import complete_questions
from imr_etl.cli.options import Period, bounds_of, data_option, dates, limit_option
from imr_etl.spreadsheets import cell
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say, shown

if TYPE_CHECKING:
    from rich.console import Console

    from warehouse.query.questions import Answer, Question

ROWS_SHOWN = 50
WIDTH_OF_A_FILE = 160
"""Characters per line where there is no terminal."""

LONG = 200
"""Characters that are too many for a cell: an answer with such a value is shown row by row."""


@click.command()
@click.argument("question", required=False, shell_complete=complete_questions)
@data_option
@dates("--from", "--to", "Only decisions")
@click.option("--treatment", help="The same as -p treatment=...")
@click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter that the question has."
)
@click.option("--csv", "form", flag_value="csv", help="As CSV, with all digits.")
@click.option("--json", "form", flag_value="json", help="As JSON, one object a row.")
@limit_option(f"Rows at most.  [default: {ROWS_SHOWN}; all with --csv and --json]")
def ask(
    question: str | None,
    data: str,
    since: Period | None,
    until: Period | None,
    treatment: str | None,
    parameters: tuple[str, ...],
    form: str | None,
    limit: int | None,
) -> None:
    """Answer a question from the warehouse; without one, list the questions.

    Example: imr-etl ask overturn-by-category --from 2016-07 --to 2017
    """
    from warehouse.query import questions as asking  # noqa: PLC0415  duckdb loads in 0.1 s

    if question is None:
        _list([asking.question(name) for name in asking.question_names()])
        return
    asked = asking.question(question)
    first, last = bounds_of(since, until)
    answer = asking.ask(
        DataPaths.at(data).warehouse,
        asked,
        first=first,
        last=last,
        parameters=_parsed(parameters) | ({"treatment": treatment} if treatment is not None else {}),
        limit=limit or (None if form else ROWS_SHOWN),
    )
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([cell(value) for value in row] for row in answer.rows)
    elif form == "json":
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False, default=str))
    else:
        _show(asked, answer, has_dates=first is not None or last is not None)


def _list(questions: "list[Question]") -> None:
    width = max(len(question.name) for question in questions)
    for question in questions:
        say(f"{question.name:{width}}  {question.meaning}")
        for name, meaning in question.parameters.items():
            say(f"{'':{width}}  -p {name}=...: {meaning}")


def _parsed(parameters: tuple[str, ...]) -> dict[str, str]:
    pairs = [parameter.partition("=") for parameter in parameters]
    for name, mark, _ in pairs:
        if not mark:
            raise click.UsageError(f"-p {name} has no value: a parameter is written NAME=VALUE.")
    return {name: value for name, _, value in pairs}


def _show(asked: "Question", answer: "Answer", *, has_dates: bool) -> None:
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, WIDTH_OF_A_FILE)
    console.print(shown(asked.meaning, "bold"), soft_wrap=not console.is_terminal)
    if any(isinstance(value, str) and len(value) > LONG for row in answer.rows for value in row):
        _print_rows(console, answer)
    elif answer.rows:
        _print_table(console, answer)
    else:
        say("No rows.")
    if answer.is_cut:
        say(f"The first {len(answer.rows):,} rows; --limit shows more, --csv all.")
    if has_dates and answer.letters_undated:
        say(f"Letters without a decision date are left out: {answer.letters_undated:,}.")
    console.print(shown(asked.reading), soft_wrap=not console.is_terminal)


def _print_table(console: "Console", answer: "Answer") -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from warehouse.query.figures import Rate, heading, with_intervals, written  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    columns, rows = with_intervals(answer.columns, answer.rows)
    for place, column in enumerate(columns):
        is_number = any(isinstance(row[place], int | float | Rate) for row in rows)
        has_interval = any(isinstance(row[place], Rate) for row in rows)
        title = heading(column, has_interval=has_interval)
        table.add_column(shown(title), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(shown(written(value, column)) for column, value in zip(columns, row, strict=True)))
    console.print(table)


def _print_rows(console: "Console", answer: "Answer") -> None:
    from warehouse.query.figures import heading, with_intervals, written  # noqa: PLC0415

    columns, rows = with_intervals(answer.columns, answer.rows)
    for row in rows:
        console.print()
        for column, value in zip(columns, row, strict=True):
            line = shown(f"{heading(column)}: ", "bold").append_text(shown(written(value, column)))
            console.print(line, soft_wrap=not console.is_terminal)
    console.print()
