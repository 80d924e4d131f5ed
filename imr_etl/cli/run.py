"""`imr-etl run`: bring the warehouse up to date with the letters of folders, archives, tables and buckets."""

import os
import shlex
import sys
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from imr_etl.cli.options import data_option, letters_option
from imr_etl.cli.progress import shown_progress
from imr_etl.cli.status import say_status, status_of
from imr_etl.errors import RunError, disk_fault
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import say

if TYPE_CHECKING:
    from imr_etl.pipeline.engine import Engine
    from imr_etl.pipeline.update import BlockReport, FilesReport
    from imr_etl.storage.locks import Wait
    from warehouse.build.build import BuildReport
    from warehouse.build.checks import CheckResult

QUERY = """
SELECT year(decision_date) AS year, count(*) AS items,
    round(100 * avg((decision = 'overturned')::INT), 1) AS percent_overturned
FROM disputed_items JOIN determinations USING (determination_id)
GROUP BY ALL ORDER BY year
"""


@click.command()
@letters_option()
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
@click.option(
    "--engine",
    envvar="IMR_ENGINE",
    default="embedded",
    show_default=True,
    help="Where letters are read and parsed: embedded (this machine) or dask://HOST:PORT, a cluster. [env: IMR_ENGINE]",
)
@click.option(
    "--wait",
    "wait_minutes",
    type=click.FloatRange(0, 24 * 60),
    envvar="IMR_WAIT_MINUTES",
    default=0,
    show_default=True,
    help="Minutes to wait for another run, or for a program that has the warehouse open for writing."
    " [env: IMR_WAIT_MINUTES]",
)
@click.option("--report/--no-report", "with_report", default=True, help="Write DATA/report.html.", show_default=True)
def run(data: str, wait_minutes: float, **options: Any) -> None:
    """Load the letters that are new, build the warehouse and write its report.

    Example: imr-etl run --letters ~/letters --data ~/imr
    """
    from imr_etl.pipeline.engine import find_engine  # noqa: PLC0415  a help text needs none of it
    from imr_etl.sources import find_places  # noqa: PLC0415
    from imr_etl.storage import last_run  # noqa: PLC0415
    from imr_etl.storage.locks import Wait, writing  # noqa: PLC0415

    paths = DataPaths.at(data)
    letters = [place.address for place in find_places(options.pop("letters"))]
    options["engine"] = find_engine(options["engine"], options.pop("workers"))
    wait = Wait(60 * wait_minutes, lambda sentence: say(sentence, error=True))
    done, name = _Done(), f"imr-etl run (process {os.getpid()})"
    with writing(paths, wait):
        last_run.note(paths, name)
        try:
            _run(paths, letters, done, wait=wait, **options)
        except Exception as error:
            fault = disk_fault(error, paths.root) or error
            last_run.note(paths, name, done.counts, error=str(fault), is_over=True)
            if isinstance(fault, RunError):
                done.failed_checks = getattr(fault, "checks", [])
                _record(paths, letters, done)
                raise fault from error
            raise
        missing = done.files.fault if done.files else None
        last_run.note(paths, name, done.counts, error=missing, is_over=True)
    found = status_of(paths)
    say_status(found)
    click.echo(f"\nThe warehouse is {found.warehouse}. A query to try:\n\n{_pasteable(paths)}")
    if missing:
        raise RunError(missing)


@dataclass
class _Done:
    """What a run has done so far."""

    repairs: list[str] | None = None
    files: "FilesReport | None" = None
    blocks: "list[BlockReport] | None" = None
    built: "BuildReport | None" = None
    failed_checks: "list[CheckResult]" = field(default_factory=list)
    has_report: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """The counts for `last_run.json`."""
        counts = {"new_letters": self.files.new} if self.files else {}
        if self.blocks is not None:
            counts["letters_read"] = sum(block.read for block in self.blocks)
            counts["letters_parsed"] = sum(block.parsed for block in self.blocks)
        if self.built:
            counts["letters_in_the_warehouse"] = self.built.rows["determinations"]
        return counts


def _run(
    paths: DataPaths,
    letters: list[str],
    done: _Done,
    *,
    redo: str | None,
    rehash: bool,
    engine: "Engine",
    wait: "Wait",
    with_report: bool,
) -> None:
    """Run every step in order, and record in Dagster's storage what was made."""
    from imr_etl.pipeline.repair import repair  # noqa: PLC0415  a help text needs none of it
    from imr_etl.pipeline.update import Redo, update_files, update_letters  # noqa: PLC0415
    from warehouse.build.build import build  # noqa: PLC0415
    from warehouse.build.current import find_pending_work  # noqa: PLC0415
    from warehouse.query.connect import loaded_letters  # noqa: PLC0415
    from warehouse.query.report import write_report  # noqa: PLC0415

    done.repairs = repair(paths, lambda: loaded_letters(paths.warehouse), verify_all=rehash)
    for sentence in done.repairs:
        say(sentence, error=True)
    done.files = update_files(paths, letters, rehash=rehash)
    if done.files.passed_over:
        say(done.files.passed_over_sentence, error=True)
    of_letters: Redo | None = "lines" if redo == "lines" else "tables" if redo == "tables" else None
    work = find_pending_work(paths, redo=of_letters, verify=rehash)
    for sentence in work.sentences:
        say(sentence, error=True)
    if not work.is_built or redo is not None:
        with engine, shown_progress(work.letters, shown=bool(work.blocks)) as progress:
            done.blocks = list(update_letters(paths, work.blocks, engine, progress))
        done.built = build(paths, full=redo == "warehouse", wait=wait)
        click.echo(f"New letters: {done.files.new:,}")
    else:
        click.echo(f"Nothing new: {done.files.letters:,} letters are loaded already.")
    if with_report and (done.built or not work.is_report_current):
        write_report(paths.warehouse, paths.report)
        done.has_report = True
    if done.built or done.has_report:
        _record(paths, letters, done)


def _record(paths: DataPaths, letters: list[str], done: _Done) -> None:
    """Record in Dagster's storage what was made, so that its UI shows it. What was loaded stands if that fails."""
    try:
        with warnings.catch_warnings():
            # Dagster calls what this project uses of it "beta" on every import.
            warnings.simplefilter("ignore")
            from assets.wiring import instance, results  # noqa: PLC0415  takes a second
        made = [
            *(() if done.repairs is None else results.of_repair(done.repairs)),
            *(results.of_files(done.files, letters) if done.files else ()),
            *(() if done.blocks is None else results.of_letters(paths, done.blocks)),
            *(results.of_warehouse(paths, done.built) if done.built else ()),
            *results.of_checks(done.built.checks if done.built else done.failed_checks),
            *(results.of_report(paths) if done.has_report else ()),
        ]
        with instance.opened(paths) as storage:
            instance.report_dead_runs(paths, storage)
            results.record(storage, made)
    except Exception as error:  # noqa: BLE001  Dagster's storage fails in many ways, none of them the data's
        say(
            f"The letters are loaded, but Dagster could not record the run in {paths.dagster_home}: {error}", error=True
        )


def _pasteable(paths: DataPaths) -> str:
    """Return a shell command that asks the warehouse a question."""
    query = " ".join(QUERY.split())
    program = f'import duckdb; duckdb.connect({str(paths.warehouse)!r}, read_only=True).sql("{query}").show()'
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}"
