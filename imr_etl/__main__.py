"""The entry point of `imr-etl` and `python -m imr_etl`: hears requests to stop before the slow imports begin."""

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
        # polars and DuckDB read every file name as UTF-8, whatever the locale says.
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606  ourselves again
    try:
        from imr_etl.cli import main as command_line  # noqa: PLC0415

        command_line()
    except KeyboardInterrupt as error:
        stop.end(error)


def ignore_working_directory() -> None:
    """Import nothing from the working directory, where a folder may be called `assets` or `warehouse`.

    `python -m imr_etl` puts it first in `sys.path`. The folder of a checkout stays there: it holds the packages.
    """
    with contextlib.suppress(OSError):
        here = Path.cwd()
        if here.resolve() != Path(__file__).resolve().parents[1]:
            sys.path[:] = [entry for entry in sys.path if entry not in ("", str(here))]
            # The processes that read letters inherit this.
            os.environ["PYTHONSAFEPATH"] = "1"


if __name__ == "__main__":
    main()
