"""`imr-etl run`: bring the warehouse up to date with a folder of letters."""

import shlex
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imr_etl.cli.options import data_option
from imr_etl.cli.progress import shown_progress
from imr_etl.cli.status import say_status, status_of
from imr_etl.errors import disk_fault
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say

if TYPE_CHECKING:
    from assets.wiring.results import Result

QUERY = """ SELECT year(decision_date) AS year, count(*) AS items, round(100 * avg((decision = 'overturned')::INT), 1)
AS percent_overturned FROM disputed_items JOIN determinations USING (determination_id) GROUP BY ALL ORDER BY
year
"""


@click.command()
@click.option(
    "--letters",
    envvar="IMR_LETTERS",
    required=True,
    help="Folder with .pdf and .txt letters, in folders of any depth. [env: IMR_LETTERS]",
)
@data_option
@click.option(
    "--redo",
    type=click.Choice(["lines", "tables", "warehouse"]),
    help="Do again what is done: read every file, parse all lines, or load all tables into a new warehouse.",
)
@click.option(
    "--rehash",
    is_flag=True,
    help="Read every file, the warehouse too, to see whether it changed, not only its size and time.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that read PDFs.")
def run(letters: str, data: str, redo: str | None, rehash: bool, workers: int) -> None:
    """Load the letters of a folder that are new and build the warehouse.

    Example: imr-etl run --letters ~/letters --data ~/imr
    """
    from imr_etl.ingest.files import refuse_no_folder  # noqa: PLC0415  a help text needs none of it
    from imr_etl.storage.locks import writing  # noqa: PLC0415

    paths, folder = DataPaths.at(data), Path(letters).expanduser().absolute()
    refuse_no_folder(folder)
    with writing(paths):
        try:
            _run(paths, folder, redo, rehash=rehash, workers=workers)
        except Exception as error:
            if fault := disk_fault(error, paths.root):
                raise fault from error
            raise


def _run(paths: DataPaths, folder: Path, redo: str | None, *, rehash: bool, workers: int) -> None:
    """Run every step in order, and record in Dagster's storage what was made."""
    from imr_etl.ingest.workers import Pool  # noqa: PLC0415
    from imr_etl.pipeline.repair import repair  # noqa: PLC0415  a help text needs none of it
    from imr_etl.pipeline.update import Redo, update_files, update_letters  # noqa: PLC0415
    from warehouse.build.build import build  # noqa: PLC0415
    from warehouse.build.current import find_pending_work  # noqa: PLC0415
    from warehouse.query.connect import loaded_letters  # noqa: PLC0415

    with warnings.catch_warnings():
        # Dagster calls what this project uses of it "beta" on every import.
        warnings.simplefilter("ignore")
        from assets.wiring import results  # noqa: PLC0415

    repairs = repair(paths, lambda: loaded_letters(paths.warehouse), verify_all=rehash)
    for sentence in repairs:
        say(sentence, error=True)
    files = update_files(paths, folder, rehash=rehash)
    of_letters: Redo | None = "lines" if redo == "lines" else "tables" if redo == "tables" else None
    work = find_pending_work(paths, redo=of_letters, verify=rehash)
    for sentence in work.sentences:
        say(sentence, error=True)
    if work.is_empty and redo is None:
        click.echo(f"Nothing new: {files.letters:,} letters are loaded already.")
    else:
        with Pool(workers) as pool, shown_progress(work.letters, shown=bool(work.blocks)) as progress:
            reports = list(update_letters(paths, work.blocks, pool, progress))
        built = build(paths, full=redo == "warehouse")
        click.echo(f"New letters: {files.new:,}")
        made = [
            *results.of_repair(repairs),
            *results.of_files(files, folder),
            *results.of_letters(paths, reports),
            *results.of_warehouse(paths, built),
        ]
        _record(paths, made)
    found = status_of(paths)
    say_status(found)
    click.echo(f"\nThe warehouse is {found.warehouse}. A query to try:\n\n{_pasteable(paths)}")


def _record(paths: DataPaths, made: "list[Result]") -> None:
    """Record in Dagster's storage what was made, so that its UI shows it. What was loaded stands if that fails."""
    from assets.wiring import instance, results  # noqa: PLC0415  takes most of a second

    try:
        with instance.opened(paths) as storage:
            instance.report_dead_runs(paths, storage)
            results.record(storage, made)
    except Exception as error:  # noqa: BLE001  Dagster's storage fails in many ways, none of them the data's
        say(
            f"The letters are loaded, but Dagster could not record the run in {paths.dagster_home}: {error}", error=True
        )


def _pasteable(paths: DataPaths) -> str:
    """A shell command that asks the warehouse a question."""
    query = " ".join(QUERY.split())
    program = f'import duckdb; duckdb.connect({str(paths.warehouse)!r}, read_only=True).sql("{query}").show()'
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}"
