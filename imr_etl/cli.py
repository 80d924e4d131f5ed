"""The command line: `imr-etl run`, `status` and `show`.

Belongs here: what is asked for and what is said. Does not belong here: how letters are loaded; runs are Dagster's, so
that its UI shows the same runs whoever started them.
"""

import contextlib
import errno
import json
import os
import shlex
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from imr_etl import __version__, progress
from imr_etl.errors import RunError
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES

if TYPE_CHECKING:
    import dagster as dg

USAGE, FAILED, STOPPED = 2, 1, 130
SECONDS_BETWEEN_LINES = 10.0
"""Where there is no terminal, progress is a line so often."""

DISK_FAULTS = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT, errno.EPERM)
QUERY = """ SELECT year(decision_date) AS year, count(*) AS items, round(100 * avg((decision = 'overturned')::INT), 1)
AS percent_overturned FROM imr.disputed_items JOIN imr.determinations USING (determination_id) GROUP BY ALL ORDER BY
year
"""

data_option = click.option(
    "--data",
    envvar="IMR_DATA",
    default="data",
    show_default=True,
    help="Folder that the tables and the warehouse are kept in. [env: IMR_DATA]",
)


@dataclass(frozen=True)
class Status:
    """What a data folder holds."""

    letters: dict[str, int]
    items: int
    problems: dict[str, int]
    pending: int
    built_at: str | None
    warehouse: str


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="imr-etl")
@click.option("--debug", is_flag=True, help="Show the traceback of a fault in the program.")
def cli(debug: bool) -> None:
    """California's Independent Medical Review letters as a DuckDB warehouse."""


@cli.command()
@click.option(
    "--letters",
    envvar="IMR_LETTERS",
    required=True,
    help="Folder with .pdf and .txt letters, in folders of any depth. [env: IMR_LETTERS]",
)
@data_option
@click.option(
    "--redo", type=click.Choice(["lines", "tables"]), help="Do again what is done: read every file, or parse all lines."
)
@click.option("--rehash", is_flag=True, help="Read every file to see whether it changed, not only its size and time.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that read PDFs.")
def run(letters: str, data: str, redo: str | None, rehash: bool, workers: int) -> None:
    """Load the letters of a folder that are new, and build the warehouse.

    Example: imr-etl run --letters ~/letters --data ~/imr
    """
    from imr_etl.locks import writing  # noqa: PLC0415  a help text needs none of it

    paths = DataPaths.at(data)
    with writing(paths):
        _load(paths, Path(letters).expanduser().absolute(), redo, rehash=rehash, workers=workers)


@cli.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a program.")
def status(data: str, as_json: bool) -> None:
    """Say what a data folder holds: letters, disputed items, problems by code, letters still to be loaded."""
    paths = DataPaths.at(data)
    found = _status(paths)
    if as_json:
        click.echo(json.dumps(found.__dict__))
        return
    _say_status(found)
    click.echo(f"Letters to be loaded: {found.pending:,}")
    click.echo(f"Warehouse: {found.warehouse}, built {found.built_at} UTC")


@cli.command()
@click.argument("case")
@data_option
@click.option(
    "--pdf-page", type=click.IntRange(1), help="Write this page as PNG instead, the lines of each part tinted."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The PNG's name.  [default: CASE-pN.png]")
def show(case: str, data: str, pdf_page: int | None, out: Path | None) -> None:
    """Show what the warehouse knows of a case beside the lines that it came from.

    Example: imr-etl show CM16-0213037
    """
    from imr_etl import show as shown  # noqa: PLC0415

    found = shown.find_case(DataPaths.at(data), case)
    if pdf_page is None:
        shown.show(found, Console())
        return
    target = out or Path(f"{case}-p{pdf_page}.png")
    shown.tinted_page(found, pdf_page, target)
    click.echo(f"{target} written")


def main() -> None:
    """Run the command line; whatever goes wrong ends in one sentence and an exit status that is not 0."""
    debug = "--debug" in sys.argv
    try:
        cli(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(USAGE)
    except RunError as error:
        _fail(str(error))
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped; what was loaded stays. Run again to go on.", err=True)
        sys.exit(STOPPED)
    except Exception as error:
        if debug:
            raise
        if isinstance(error, OSError) and error.errno in DISK_FAULTS:
            _fail(f"{error.filename or 'The data folder'} cannot be written ({error.strerror}): make room there.")
        _fail(f"imr-etl has a fault ({type(error).__name__}); what was loaded stays. The details are in {_log(error)}.")


def _fail(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(FAILED)


def _log(error: Exception) -> Path:
    with tempfile.NamedTemporaryFile("w", prefix="imr-etl-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write("".join(traceback.format_exception(error)))
    return Path(log.name)


def _load(paths: DataPaths, letters: Path, redo: str | None, *, rehash: bool, workers: int) -> None:
    with warnings.catch_warnings():
        # dagster calls what this project uses of it "beta" on every import.
        warnings.simplefilter("ignore")
        os.environ.update({"IMR_LETTERS": str(letters), "IMR_DATA": str(paths.root)})
        import dagster as dg  # noqa: PLC0415  takes most of a second

        from assets.definitions import defs  # noqa: PLC0415  the runs are the code location's
        from assets.wiring import instance as wiring  # noqa: PLC0415
        from assets.wiring.partitions import range_tags, ranges  # noqa: PLC0415
        from imr_etl import stages  # noqa: PLC0415
        from warehouse.build import is_current  # noqa: PLC0415

        wiring.prepare(paths)
        with dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance:
            wiring.report_dead_runs(paths, instance)
            runs = _Runs(defs, instance, {"letters": str(letters), "data": str(paths.root), "workers": workers})
            before = _letters_seen(paths)
            runs.execute("files", {"letter_files": {"config": {"rehash": rehash}}})
            pending = stages.pending(paths) if redo is None else stages.counted(paths)
            if not pending and is_current(paths):
                click.echo(f"Nothing new: {_letters_seen(paths):,} letters are loaded already.")
            else:
                tables = {"tables": {"config": {"redo": redo is not None}}}
                lines = {"letter_lines": {"config": {"redo": True}}} if redo == "lines" else {}
                with _shown(sum(pending.values()), shown=redo != "tables"):
                    for blocks in ranges(list(pending)):
                        selection = [key for key in runs.keys if redo != "tables" or key != "letter_lines"]
                        runs.execute("update", {**tables, **lines}, selection, range_tags(blocks))
                runs.execute("update", {}, ["warehouse"])
                click.echo(f"New letters: {_letters_seen(paths) - before:,}")
    found = _status(paths)
    _say_status(found)
    click.echo(f"\nThe warehouse is {found.warehouse}. A query to try:\n\n{_pasteable(paths)}")


class _Runs:
    """Dagster runs in this process, with only their failures heard."""

    def __init__(self, defs: "dg.Definitions", instance: "dg.DagsterInstance", folders: dict[str, Any]) -> None:
        self._defs, self._instance = defs, instance
        self._config = {
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            "resources": {"folders": {"config": folders}},
        }
        job = defs.resolve_job_def("update")
        self.keys = [
            key.to_user_string() for key in job.asset_layer.selected_asset_keys if key.to_user_string() != "warehouse"
        ]

    def execute(
        self, job: str, ops: dict[str, Any], selection: list[str] | None = None, tags: dict[str, str] | None = None
    ) -> None:
        """Run a job, or some assets of it. Raises RunError with the sentence of what stopped it."""
        import dagster as dg  # noqa: PLC0415

        definition = self._defs.resolve_job_def(job)
        result = definition.execute_in_process(
            run_config={**self._config, "ops": ops},
            instance=self._instance,
            asset_selection=[dg.AssetKey(name) for name in selection] if selection else None,
            tags=tags or {},
            raise_on_error=False,
        )
        if not result.success:
            raise _fault(result)


def _fault(result: "dg.ExecuteInProcessResult") -> Exception:
    """What stopped a run: the sentence of a Failure, else the error of a fault."""
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                return RunError(data.user_failure_data.description)
            return RuntimeError(data.error.to_string() if data.error else "a step failed")
    return RuntimeError(f"run {result.run_id} failed")


@contextlib.contextmanager
def _shown(total: int, *, shown: bool) -> Iterator[None]:
    """Progress by letters: a bar on a terminal, a line now and then elsewhere."""
    if not shown:
        yield
        return
    console = Console(stderr=True)
    columns = (
        TextColumn("reading letters"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("letters", total=total)
        lines = _Lines(total, silent=console.is_terminal)

        def advance(letters: int) -> None:
            bar.advance(task, letters)
            lines.advance(letters)

        token = progress.listener.set(advance)
        try:
            yield
        finally:
            progress.listener.reset(token)


class _Lines:
    """Progress as lines of a log."""

    def __init__(self, total: int, *, silent: bool) -> None:
        self._total, self._silent = total, silent
        self._done, self._start = 0, time.monotonic()
        self._next = self._start + SECONDS_BETWEEN_LINES
        if not silent:
            click.echo(f"Loading {total:,} letters", err=True)

    def advance(self, letters: int) -> None:
        self._done += letters
        now = time.monotonic()
        if not self._silent and now >= self._next:
            self._next = now + SECONDS_BETWEEN_LINES
            rate = self._done / (now - self._start)
            left = (self._total - self._done) / rate
            click.echo(
                f"{self._done:,} of {self._total:,} letters read, {rate:.0f} a second, {left:.0f} s left", err=True
            )


def _letters_seen(paths: DataPaths) -> int:
    import polars as pl  # noqa: PLC0415

    from imr_etl import store  # noqa: PLC0415
    from imr_etl.schema.tables import TABLES  # noqa: PLC0415

    seen = store.scan(paths.files("letter_files"), TABLES["letter_files"].schema)
    return int(seen.select(pl.len()).collect().item())


def _status(paths: DataPaths) -> Status:
    """What the warehouse of a data folder says. Raises RunError where there is none."""
    from imr_etl import stages  # noqa: PLC0415
    from warehouse import attached  # noqa: PLC0415

    if not paths.warehouse.exists():
        raise RunError(f"There is no warehouse in {paths.root} yet: load letters with `imr-etl run --letters FOLDER`.")
    with contextlib.closing(attached(paths.warehouse, read_only=True)) as connection:

        def counted(column: str, table: str) -> dict[str, int]:
            return dict(
                connection.execute(f"SELECT {column}, count(*) FROM imr.{table} GROUP BY 1 ORDER BY 1").fetchall()
            )

        items, built_at = connection.execute(
            "SELECT (SELECT count(*) FROM imr.disputed_items), built_at FROM imr.build"
        ).fetchall()[0]
        return Status(
            counted("status", "letter_files"),
            items,
            counted("code", "problems"),
            stages.pending_letters(paths),
            f"{built_at:%Y-%m-%d %H:%M:%S}",
            str(paths.warehouse),
        )


def _say_status(found: Status) -> None:
    told = ", ".join(f"{count:,} {what}" for what, count in found.letters.items())
    click.echo(f"Letters: {told}")
    click.echo(f"Disputed items: {found.items:,}")
    click.echo(f"Problems: {sum(found.problems.values()):,}")
    for code, count in found.problems.items():
        click.echo(f"  {count:>7,}  {code}: {PROBLEM_CODES.get(code, '')}")


def _pasteable(paths: DataPaths) -> str:
    """A shell command that asks the warehouse a question."""
    query = " ".join(QUERY.split())
    program = f'import duckdb; duckdb.connect("{paths.warehouse}", read_only=True).sql("{query}").show()'
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}"
