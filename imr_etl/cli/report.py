"""`imr-etl report`: the figures of the marts as one HTML file."""

import contextlib
from pathlib import Path

import click

from imr_etl.cli.options import data_option
from imr_etl.storage.locks import private_files
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say


@click.command()
@data_option
@click.option("--year", type=click.IntRange(1990, 2100), help="Only letters decided in this year.  [default: all]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file.  [default: DATA/report.html]")
def report(data: str, year: int | None, out: Path | None) -> None:
    """Write charts and tables of all marts as one HTML file that opens without a network.

    Example: imr-etl report --year 2017 --out report.html
    """
    from warehouse.query.report import write_report  # noqa: PLC0415  a help text needs none of it

    paths = DataPaths.at(data)
    target = (out or paths.report).absolute()
    with contextlib.nullcontext() if out else private_files():
        write_report(paths.warehouse, target, year)
    say(f"{target} written")
