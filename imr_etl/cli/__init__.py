"""The command line: one module a command, thin over the library.

Belongs here: the options of commands, and what they print. Does not belong here: how letters are loaded or found. A
command calls the functions that Dagster's assets call; `run` records in Dagster's storage what it made. A command's
module imports at its top only what its help text needs, so that help and completion come at once.
"""

import errno
import io
import logging
import os
import sys
import tempfile
import traceback
from pathlib import Path

import click

from imr_etl import __version__, stop
from imr_etl.cli.ask import ask
from imr_etl.cli.clean import clean
from imr_etl.cli.export import export
from imr_etl.cli.fetch import fetch
from imr_etl.cli.release import release
from imr_etl.cli.report import report
from imr_etl.cli.review import review
from imr_etl.cli.run import run
from imr_etl.cli.search import search
from imr_etl.cli.serve import serve
from imr_etl.cli.show import show
from imr_etl.cli.status import status
from imr_etl.cli.ui import ui
from imr_etl.errors import RunError, disk_fault
from imr_etl.terminal import say

USAGE, FAILED = 2, 1
NO_PATH = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR)


COMPLETION = """\b
To have the tab key complete commands, options, categories and questions, put into ~/.bashrc:
  eval "$(_IMR_ETL_COMPLETE=bash_source imr-etl)"
(into ~/.zshrc the same with zsh_source; fish: _IMR_ETL_COMPLETE=fish_source imr-etl | source)
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=COMPLETION)
@click.version_option(__version__, prog_name="imr-etl")
@click.option("--debug", is_flag=True, help="Show the traceback of a fault in the program.")
def cli(debug: bool) -> None:
    """California's Independent Medical Review letters as a DuckDB warehouse."""


for command in (fetch, run, status, show, search, ask, review, report, export, release, serve, ui, clean):
    cli.add_command(command)


def main() -> None:
    """Run the command line; whatever goes wrong ends in one sentence and an exit status that is not 0."""
    debug = "--debug" in sys.argv
    stop.listen()
    # Otherwise the log of a library would be printed around the one sentence.
    logging.getLogger().addHandler(logging.NullHandler())
    # Characters that the terminal's encoding lacks are printed as their numbers.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        sys.exit(USAGE)
    except RunError as error:
        _fail(str(error))
    except (KeyboardInterrupt, click.Abort) as error:
        stop.end(error)
    except BrokenPipeError:
        # The reader has closed the pipe, as `head` does; Python must not write the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except Exception as error:
        stop.end_if_asked(error)
        if debug:
            raise
        _end_by_fault(error)


def _end_by_fault(error: Exception) -> None:
    if fault := disk_fault(error, Path.cwd()):
        _fail(str(fault))
    if isinstance(error, OSError) and error.errno in NO_PATH:
        _fail(f"{error.filename} cannot be opened ({error.strerror}): name another path.")
    _fail(f"imr-etl has a fault ({type(error).__name__}); what was loaded stays. {_details(error)}")


def _fail(sentence: str) -> None:
    # A path may have line feeds.
    say(sentence.replace("\n", "\\n"), error=True)
    sys.exit(FAILED)


def _details(error: Exception) -> str:
    """Write the traceback to a file, and say where it is."""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="imr-etl-", suffix=".log", delete=False, encoding="utf-8") as log:
            log.write("".join(traceback.format_exception(error)))
    except OSError:
        return "Run it again with --debug before `run` to see the details."
    return f"The details are in {log.name}."
