"""`imr-etl status`: what a data folder holds."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from imr_etl.cli.options import data_option, letters_option
from imr_etl.errors import RunError
from imr_etl.problems import PROBLEM_CODES
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say

if TYPE_CHECKING:
    from imr_etl.sources import Letters


@dataclass(frozen=True)
class Status:
    """What a data folder holds.

    Attributes:
        letters: how many letters the warehouse has by status.
        items: how many disputed items.
        problems: how many problems by code.
        superseded_problems: how many of these are of letters that a later one of their case replaced.
        pending: how many listed letters are to be read or parsed.
        not_in_warehouse: how many listed letters the warehouse does not know.
        vanished: how many letters were loaded from files that are gone.
        left_to_do: what is left to do, for people; empty where nothing is.
        is_current: nothing is left to do.
        built_at: when the warehouse was built, in UTC.
        warehouse: its path.
        last_run: what the last run did: run, started, ended, error, done.
    """

    letters: dict[str, int]
    items: int
    problems: dict[str, int]
    superseded_problems: int
    pending: int
    not_in_warehouse: int
    vanished: int
    left_to_do: str
    is_current: bool
    built_at: str | None
    warehouse: str
    last_run: dict[str, Any] | None = field(default=None)


@click.command()
@data_option
@letters_option("Also see whether these letters changed since they were listed: folder, archive ...", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a program.")
@click.option("--check", is_flag=True, help="End with exit status 1 if anything is left to do or the last run failed.")
def status(data: str, letters: tuple[str, ...], as_json: bool, check: bool) -> None:
    """Say what a data folder holds: letters, disputed items, problems by code, letters still to be loaded.

    Example: imr-etl status --data ~/imr --letters ~/letters --json --check
    """
    found = status_of(DataPaths.at(data), letters)
    if as_json:
        click.echo(json.dumps(found.__dict__))
    else:
        say_status(found)
        _say_state(found)
    error = (found.last_run or {}).get("error")
    if check and (error or not found.is_current):
        raise RunError(
            f"The last run failed: {error}" if error else f"The warehouse is not current: {found.left_to_do}."
        )


def status_of(paths: DataPaths, letters: "Letters | None" = None) -> Status:
    """Find what the warehouse of a data folder holds, and what is left to do. Raises RunError if it cannot be read."""
    from imr_etl.pipeline.update import known_letters  # noqa: PLC0415  a help text needs none of it
    from imr_etl.storage import last_run  # noqa: PLC0415
    from warehouse.build.current import find_pending_work  # noqa: PLC0415
    from warehouse.query.connect import reading  # noqa: PLC0415

    with reading(paths.warehouse) as connection:

        def counted(column: str, table: str) -> dict[str, int]:
            return dict(
                connection.execute(f"SELECT {column}, count(*) FROM main.{table} GROUP BY 1 ORDER BY 1").fetchall()
            )

        items, built_at, superseded = connection.execute(
            "SELECT (SELECT count(*) FROM main.disputed_items), built_at,"
            " (SELECT count(*) FROM main.problems WHERE letter_status = 'superseded')"
            " FROM main.build"
        ).fetchall()[0]
        by_status, problems = counted("status", "letter_files"), counted("code", "problems")
        in_warehouse = [row[0] for row in connection.execute("SELECT sha256 FROM main.letter_files").fetchall()]
    work = find_pending_work(paths, letters or None)
    known = known_letters(paths, "sha256", "is_present")
    return Status(
        letters=by_status,
        items=items,
        problems=problems,
        superseded_problems=superseded,
        pending=work.letters,
        not_in_warehouse=int((~known["sha256"].is_in(set(in_warehouse))).sum()),
        vanished=known.filter(~known["is_present"]).height,
        left_to_do=work.description,
        is_current=work.is_empty,
        built_at=f"{built_at:%Y-%m-%d %H:%M:%S}",
        warehouse=str(paths.warehouse),
        last_run=last_run.read(paths),
    )


def say_status(found: Status) -> None:
    """Print letters, items and problems."""
    counts = ", ".join(f"{count:,} {what}" for what, count in found.letters.items())
    say(f"Letters: {counts}")
    click.echo(f"Disputed items: {found.items:,}")
    of_superseded = (
        f", {found.superseded_problems:,} of them of superseded letters" if found.superseded_problems else ""
    )
    click.echo(f"Problems: {sum(found.problems.values()):,}{of_superseded}")
    for code, count in found.problems.items():
        say(f"  {count:>7,}  {code}: {PROBLEM_CODES.get(code, '')}")


def _say_state(found: Status) -> None:
    """Print what is left to do and what the last run did."""
    click.echo(f"Letters to be loaded: {found.pending:,}")
    click.echo(f"Letters not in the warehouse: {found.not_in_warehouse:,}")
    click.echo(f"Letters whose file vanished since: {found.vanished:,}")
    current = f"is out of date ({found.left_to_do}): `imr-etl run` brings it up to date"
    say(
        f"Warehouse: {found.warehouse}, built {found.built_at} UTC,"
        f" {'holds all that is listed' if found.is_current else current}"
    )
    if run := found.last_run:
        done = ", ".join(f"{count:,} {what.replace('_', ' ')}" for what, count in run["done"].items()) or "nothing done"
        end = f"ended {run['ended']}" if run["ended"] else "is at work, or was interrupted"
        failed = f", failed: {run['error']}" if run["error"] else ""
        say(f"Last run: {run['run']}, began {run['started']}, {end}: {done}{failed}")
