"""`python -m imr_etl` is `imr-etl`. The program imports for a while; a request to stop is heard before."""

import os
import sys

from imr_etl import stop


def main() -> None:
    """Run the command line."""
    stop.listen()
    if sys.getfilesystemencoding() != "utf-8":
        # polars and DuckDB take every name of a file for UTF-8, whatever the locale says.
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606  ourselves again
    try:
        from imr_etl.cli import main as command_line  # noqa: PLC0415

        command_line()
    except KeyboardInterrupt as error:
        stop.end(error)


if __name__ == "__main__":
    main()
