"""`imr-etl status`: what a data folder holds."""

import json
from dataclasses import dataclass

import click

from imr_etl.cli.options import data_option
from imr_etl.problems import PROBLEM_CODES
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say


@dataclass(frozen=True)
class Status:
    """What a data folder holds."""

    letters: dict[str, int]
    items: int
    problems: dict[str, int]
    pending: int
    is_current: bool
    built_at: str | None
    warehouse: str


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a program.")
def status(data: str, as_json: bool) -> None:
    """Say what a data folder holds: letters, disputed items, problems by code, letters still to be loaded.

    Example: imr-etl status --data ~/imr --json
    """
    paths = DataPaths.at(data)
    found = status_of(paths)
    if as_json:
        click.echo(json.dumps(found.__dict__))
        return
    say_status(found)
    click.echo(f"Letters to be loaded: {found.pending:,}")
    current = "holds all that is listed" if found.is_current else "is out of date: `imr-etl run` builds it again"
    say(f"Warehouse: {found.warehouse}, built {found.built_at} UTC, {current}")


def status_of(paths: DataPaths) -> Status:
    """What the warehouse of a data folder says. Raises RunError where there is none that can be read."""
    from warehouse.build.current import find_pending_work  # noqa: PLC0415
    from warehouse.query.connect import reading  # noqa: PLC0415

    with reading(paths.warehouse) as connection:

        def counted(column: str, table: str) -> dict[str, int]:
            return dict(
                connection.execute(f"SELECT {column}, count(*) FROM main.{table} GROUP BY 1 ORDER BY 1").fetchall()
            )

        items, built_at = connection.execute(
            "SELECT (SELECT count(*) FROM main.disputed_items), built_at FROM main.build"
        ).fetchall()[0]
        letters, problems = counted("status", "letter_files"), counted("code", "problems")
    work = find_pending_work(paths)
    built = f"{built_at:%Y-%m-%d %H:%M:%S}"
    return Status(letters, items, problems, work.letters, work.is_empty, built, str(paths.warehouse))


def say_status(found: Status) -> None:
    """Print letters, items and problems."""
    told = ", ".join(f"{count:,} {what}" for what, count in found.letters.items())
    say(f"Letters: {told}")
    click.echo(f"Disputed items: {found.items:,}")
    click.echo(f"Problems: {sum(found.problems.values()):,}")
    for code, count in found.problems.items():
        say(f"  {count:>7,}  {code}: {PROBLEM_CODES.get(code, '')}")
