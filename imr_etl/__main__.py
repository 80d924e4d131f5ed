"""`python -m imr_etl` is `imr-etl`. The program imports for a while; a request to stop is heard before."""

import contextlib
import os
import sys
from pathlib import Path

from imr_etl import stop


def main() -> None:
    """Run the command line."""
    stop.listen()
    ignore_working_directory()
    if sys.getfilesystemencoding() != "utf-8":
        # polars and DuckDB take every name of a file for UTF-8, whatever the locale says.
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606  ourselves again
    try:
        from imr_etl.cli import main as command_line  # noqa: PLC0415

        command_line()
    except KeyboardInterrupt as error:
        stop.end(error)


def ignore_working_directory() -> None:
    """Import nothing from the working directory, where a folder may be called `assets` or `warehouse`.

    `python -m imr_etl` puts it before all others. That of a checkout stays: the packages are there.
    """
    with contextlib.suppress(OSError):
        here = Path.cwd()
        if here.resolve() != Path(__file__).resolve().parents[1]:
            sys.path[:] = [entry for entry in sys.path if entry not in ("", str(here))]
            # For the processes that read letters.
            os.environ["PYTHONSAFEPATH"] = "1"


if __name__ == "__main__":
    main()
