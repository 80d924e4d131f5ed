"""`imr-etl ui`: the Dagster UI on a data folder, with the daemon that runs its schedules."""

import os
import sys

import click

from imr_etl.cli.options import data_option, letters_option
from imr_etl.storage.paths import DataPaths


@click.command()
@letters_option()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="The port to listen on.")
def ui(letters: tuple[str, ...], data: str, host: str, port: int) -> None:
    """Start the Dagster UI and its daemon, until Ctrl-C. It has no login: keep it on this machine.

    Example: imr-etl ui --letters ~/letters --data ~/imr
    """
    from assets.wiring.instance import main as prepare  # noqa: PLC0415  takes a second
    from imr_etl.sources import SEPARATOR, find_places  # noqa: PLC0415

    paths = DataPaths.at(data)
    prepare(paths.root)
    # Addresses have no `;` that is not quoted.
    places = SEPARATOR.join(place.address for place in find_places(letters))
    folders = {"IMR_LETTERS": places, "IMR_DATA": str(paths.root)}
    environment = {**os.environ, **folders, "DAGSTER_HOME": str(paths.dagster_home), "PYTHONWARNINGS": "ignore"}
    # Dagster imports the code location from the working directory, where a folder may be called `assets`.
    os.chdir(paths.dagster_home)
    workspace = ["-w", str(paths.dagster_home / "workspace.yaml")]
    command = [sys.executable, "-m", "dagster", "dev", *workspace, "-h", host, "-p", str(port)]
    os.execve(sys.executable, command, environment)  # noqa: S606  becomes Dagster
