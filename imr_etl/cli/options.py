"""Options that several commands take."""

import calendar
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

MOST_ROWS = 10**9
"""More rows than any warehouse has; a larger number would not fit the integers of a database."""

DATE = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")

Command = TypeVar("Command", bound="Callable[..., Any] | click.Command")
Period = tuple[date, date]
"""First and last day of a year, a month or a day."""


def folder(_: click.Context, parameter: click.Parameter, value: str) -> str:
    """Refuse a path that is empty, or that begins with the home of a user who does not exist."""
    if not value:
        raise click.BadParameter("it is empty: name a folder.", param=parameter)
    try:
        Path(value).expanduser()
    except RuntimeError as error:
        raise click.BadParameter(
            f"{value!r} begins with a user who has no home: write ./{value}", param=parameter
        ) from error
    return value


data_option = click.option(
    "--data",
    callback=folder,
    envvar="IMR_DATA",
    default="data",
    show_default=True,
    help="Folder that the tables and the warehouse are kept in. [env: IMR_DATA]",
)


class _Places(click.ParamType[str]):
    """Places of letters; a variable of the environment names several, separated by `;`."""

    name = "place"

    def split_envvar_value(self, rv: str) -> list[str]:
        from imr_etl.sources import split_places  # noqa: PLC0415  a help text needs none of it

        return split_places(rv)


LETTERS = "Folder, .zip archive, table of texts (.parquet, .jsonl, .csv) or bucket (s3://, gs://, az://, https://)"


def letters_option(described: str = LETTERS, *, required: bool = True) -> Callable[[Command], Command]:
    """Make the option `--letters`: the places that letters are taken from."""
    return click.option(
        "--letters",
        type=_Places(),
        multiple=True,
        envvar="IMR_LETTERS",
        required=required,
        help=f"{described}; may be given several times. [env: IMR_LETTERS, separated by ;]",
    )


def limit_option(described: str) -> Callable[[Command], Command]:
    """Make the option `--limit`: how many rows are wanted."""
    return click.option("--limit", type=click.IntRange(1, MOST_ROWS), metavar="ROWS", help=described)


def dates(since: str, until: str, what: str) -> Callable[[Command], Command]:
    """Make two options: from which and to which date."""

    def add(command: Command) -> Command:
        period = "this year, month or day"
        for option, name, word in ((until, "until", "after"), (since, "since", "before")):
            text = f"{what} not {word} {period}."
            command = click.option(option, name, metavar="DATE", callback=_period, help=text)(command)
        return command

    return add


def bounds_of(since: Period | None, until: Period | None) -> tuple[date | None, date | None]:
    """Return the first and last day of two periods that were asked for.

    Raises click.UsageError if there is no day between them.
    """
    first, last = since[0] if since else None, until[1] if until else None
    if first and last and first > last:
        raise click.UsageError(f"No day is in or after {first} and not after {last}.")
    return first, last


def _period(_: click.Context, parameter: click.Parameter, value: str | None) -> Period | None:
    """Read `2017`, `2017-03` or `2017-03-31`."""
    if value is None:
        return None
    found = DATE.fullmatch(value.strip())
    year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    try:
        first = date(year, month or 1, day or 1)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is no year, month or day: write 2017, 2017-03 or 2017-03-31.", param=parameter
        ) from error
    last_month = month or 12
    return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])
