"""`imr-etl release`: a dated folder of the warehouse that can be published."""

from pathlib import Path

import click

from imr_etl.cli.export import naming_slow_ones
from imr_etl.cli.options import data_option, folder
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say


@click.command()
@click.argument("target", metavar="FOLDER", callback=folder)
@data_option
def release(target: str, data: str) -> None:
    """Make a dated folder below FOLDER that can be published as it is.

    It holds the warehouse as DuckDB and Parquet, datapackage.json, the data dictionary, CITATION.cff and SHA256SUMS.
    Where letters lie on this machine is not in it.

    Example: imr-etl release ~/releases
    """
    from warehouse.query import release as releasing  # noqa: PLC0415  duckdb loads in 0.1 s

    with naming_slow_ones() as report:
        made = releasing.release(DataPaths.at(data).warehouse, Path(target).expanduser().absolute(), report)
    say(f"{made} can be published")
