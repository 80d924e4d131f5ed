"""`imr-etl clean`: remove Dagster's records of old runs."""

import click

from imr_etl.cli.options import data_option
from imr_etl.errors import RunError, disk_fault
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say


@click.command()
@data_option
@click.option(
    "--days",
    type=click.FloatRange(0),
    envvar="IMR_KEEP_DAYS",
    default=90,
    show_default=True,
    help="How long runs are kept. [env: IMR_KEEP_DAYS]",
)
def clean(data: str, days: float) -> None:
    """Remove runs, events and logs that the Dagster UI shows and that are older than some days. No letter is touched.

    Example: imr-etl clean --data ~/imr --days 30
    """
    from assets.wiring import instance  # noqa: PLC0415  takes a second
    from assets.wiring.retention import prune  # noqa: PLC0415

    paths = DataPaths.at(data)
    if not paths.dagster_home.is_dir():
        raise RunError(f"{paths.root} has no records of runs: name the data folder that has.")
    try:
        with instance.opened(paths) as storage:
            runs, events = prune(storage, days)
    except Exception as error:
        raise disk_fault(error, paths.root) or RunError(
            f"The records of runs in {paths.dagster_home} cannot be cleaned ({error}): move that folder away, the next"
            " run makes a new one."
        ) from error
    say(f"Removed {runs:,} runs and {events:,} events without a run that were older than {days:g} days.")
