"""`imr-etl run`: load what is new, by the Dagster jobs of the code location."""

import contextlib
import io
import os
import shlex
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imr_etl.cli.interrupts import Interrupts, heard_interrupts
from imr_etl.cli.options import data_option
from imr_etl.cli.progress import shown_progress
from imr_etl.cli.status import say_status, status_of
from imr_etl.errors import RunError, disk_fault
from imr_etl.paths import DataPaths
from imr_etl.terminal import say

if TYPE_CHECKING:
    import dagster as dg

QUERY = """ SELECT year(decision_date) AS year, count(*) AS items, round(100 * avg((decision = 'overturned')::INT), 1)
AS percent_overturned FROM main.disputed_items JOIN main.determinations USING (determination_id) GROUP BY ALL ORDER BY
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
    "--all", is_flag=True, expose_value=False, help="Load all that is not loaded yet; a run without it does, too."
)
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
    """Load the letters of a folder that are new, and build the warehouse.

    Example: imr-etl run --letters ~/letters --data ~/imr
    """
    from imr_etl.ingest.files import refuse_no_folder  # noqa: PLC0415  a help text needs none of it
    from imr_etl.locks import writing  # noqa: PLC0415

    paths, folder = DataPaths.at(data), Path(letters).expanduser().absolute()
    refuse_no_folder(folder)
    with writing(paths), heard_interrupts() as interrupts:
        try:
            _load(paths, folder, interrupts, redo, rehash=rehash, workers=workers)
        except Exception as error:
            if fault := disk_fault(error, paths.root):
                raise fault from error
            raise


def _load(
    paths: DataPaths, letters: Path, interrupts: Interrupts, redo: str | None, *, rehash: bool, workers: int
) -> None:
    with warnings.catch_warnings():
        # dagster calls what this project uses of it "beta" on every import.
        warnings.simplefilter("ignore")
        os.environ.update({"IMR_LETTERS": str(letters), "IMR_DATA": str(paths.root)})
        import dagster as dg  # noqa: PLC0415  takes most of a second

        from assets.definitions import defs  # noqa: PLC0415  the runs are the code location's
        from assets.wiring import instance as wiring  # noqa: PLC0415
        from assets.wiring.jobs import BLOCK_ASSETS, WAREHOUSE_ASSETS  # noqa: PLC0415
        from assets.wiring.partitions import range_tags, ranges  # noqa: PLC0415
        from imr_etl import mending, stages  # noqa: PLC0415
        from warehouse.pending import pending_work  # noqa: PLC0415

        for sentence in mending.mend(paths, thoroughly=rehash):
            say(sentence, error=True)
        wiring.prepare(paths)
        with (
            dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance,
            wiring.reported_stop(paths, instance),
        ):
            interrupts.check()
            wiring.report_dead_runs(paths, instance)
            folders = {"letters": str(letters), "data": str(paths.root), "workers": workers}
            runs = _Runs(defs, instance, interrupts, folders, wiring.COMMAND_LINE)
            before = _letters_seen(paths)
            runs.execute("files", {"letter_files": {"config": {"rehash": rehash}}})
            of_blocks = redo in ("lines", "tables")
            work = pending_work(paths, verify=rehash)
            for sentence in work.sentences:
                say(sentence, error=True)
            pending = stages.counted(paths) if of_blocks else work.letters
            if work.is_empty and redo is None:
                click.echo(f"Nothing new: {_letters_seen(paths):,} letters are loaded already.")
            else:
                tables = {"tables": {"config": {"redo": of_blocks}}}
                lines = {"letter_lines": {"config": {"redo": True}}} if redo == "lines" else {}
                with shown_progress(sum(pending.values()), shown=bool(pending) and redo != "tables"):
                    for blocks in ranges(list(pending)):
                        job = "update" if redo != "tables" else "reparse"
                        runs.execute(job, {**tables, **lines}, BLOCK_ASSETS, range_tags(blocks))
                runs.execute("update", {"warehouse": {"config": {"full": redo == "warehouse"}}}, WAREHOUSE_ASSETS)
                click.echo(f"New letters: {_letters_seen(paths) - before:,}")
    found = status_of(paths)
    say_status(found)
    click.echo(f"\nThe warehouse is {found.warehouse}. A query to try:\n\n{_pasteable(paths)}")


class _Runs:
    """Dagster runs in this process, with only their failures heard."""

    def __init__(
        self,
        defs: "dg.Definitions",
        instance: "dg.DagsterInstance",
        interrupts: Interrupts,
        folders: dict[str, Any],
        tags: dict[str, str],
    ) -> None:
        self._defs, self._instance, self._interrupts, self._tags = defs, instance, interrupts, tags
        self._config = {
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            "resources": {"folders": {"config": folders}},
        }

    def execute(
        self,
        job: str,
        ops: dict[str, Any],
        selection: "Sequence[dg.AssetKey]" = (),
        tags: dict[str, str] | None = None,
    ) -> None:
        """Run a job, or those of its assets that are selected.

        Raises RunError with the sentence of what stopped it, KeyboardInterrupt where a person or the system did.
        """
        definition = self._defs.resolve_job_def(job)
        selected = [key for key in selection if key in definition.asset_layer.selected_asset_keys]
        # What Dagster raises because its own storage is at fault it also writes there, at length.
        with contextlib.redirect_stderr(io.StringIO()):
            result = definition.execute_in_process(
                run_config={**self._config, "ops": ops},
                instance=self._instance,
                asset_selection=selected or None,
                tags=self._tags | (tags or {}),
                raise_on_error=False,
            )
        self._interrupts.check()
        if not result.success:
            raise _fault(result)


def _fault(result: "dg.ExecuteInProcessResult") -> BaseException:
    """What stopped a run: an interrupt, the sentence of a Failure, else the error of a fault."""
    ends = [event.job_failure_data.failure_reason for event in result.all_events if event.is_job_failure]
    if any(reason and reason.name == "UNEXPECTED_TERMINATION" for reason in ends):
        return KeyboardInterrupt()
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                return RunError(data.user_failure_data.description)
            return RuntimeError(data.error.to_string() if data.error else "a step failed")
    return RuntimeError(f"run {result.run_id} failed")


def _letters_seen(paths: DataPaths) -> int:
    from imr_etl import stages  # noqa: PLC0415

    return sum(stages.counted(paths).values())


def _pasteable(paths: DataPaths) -> str:
    """A shell command that asks the warehouse a question."""
    query = " ".join(QUERY.split())
    program = f'import duckdb; duckdb.connect({str(paths.warehouse)!r}, read_only=True).sql("{query}").show()'
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}"
