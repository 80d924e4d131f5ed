"""`python -m imr_etl` is `imr-etl`. The program imports for a while; a request to stop is heard before."""

from imr_etl import stop


def main() -> None:
    """Run the command line."""
    stop.listen()
    try:
        from imr_etl.cli import main as command_line  # noqa: PLC0415

        command_line()
    except KeyboardInterrupt as error:
        stop.end(error)


if __name__ == "__main__":
    main()
