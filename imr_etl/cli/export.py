"""`imr-etl export`: the tables of the warehouse as files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import click

from imr_etl.cli.options import data_option, folder
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say

SECONDS_IN_SILENCE = 2.0
"""A table that takes longer is named."""


@click.command()
@click.argument("target", metavar="FOLDER", callback=folder)
@data_option
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
def export(target: str, data: str, form: str) -> None:
    """Write every table and mart as a file, with a datapackage.json that describes them.

    An export that is there already is replaced when the new one is whole; any other folder must be empty.

    Example: imr-etl export ~/imr-tables --format csv
    """
    from warehouse.query import export as exporting  # noqa: PLC0415  duckdb loads in 0.1 s

    to = Path(target).expanduser().absolute()
    with naming_slow_ones() as report:
        written = exporting.export(DataPaths.at(data).warehouse, to, form, report)
    say(f"{len(written) - 1} tables written to {to}, described in {written[0].name}")


@contextmanager
def naming_slow_ones() -> Iterator[Callable[[str], None]]:
    """Yield a function to be called with the name of each table: it prints those that take long."""
    waiting = [Timer(0, say)]

    def report(table: str) -> None:
        waiting[0].cancel()
        waiting[0] = Timer(SECONDS_IN_SILENCE, say, [f"writing {table}"], {"error": True})
        waiting[0].daemon = True
        waiting[0].start()

    try:
        yield report
    finally:
        waiting[0].cancel()
