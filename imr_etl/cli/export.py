"""`imr-etl export`: the tables of the warehouse as files."""

from pathlib import Path

import click

from imr_etl.cli.options import data_option
from imr_etl.paths import DataPaths
from imr_etl.terminal import say


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@data_option
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
def export(folder: Path, data: str, form: str) -> None:
    """Write every table and mart as a file, with a datapackage.json that describes them.

    Example: imr-etl export ~/imr-tables --format csv
    """
    from warehouse import exporting  # noqa: PLC0415  duckdb loads in 0.1 s

    def told(table: str) -> None:
        say(f"writing {table}", error=True)

    target = folder.expanduser().absolute()
    written = exporting.export(DataPaths.at(data).warehouse, target, form, told)
    say(f"{len(written) - 1} tables written to {target}, described in {written[0].name}")
