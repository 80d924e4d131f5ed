"""`imr-etl fetch`: letters and rows from the state's search of decisions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from imr_etl.cli.options import Period, bounds_of, data_option, dates, folder
from imr_etl.errors import RunError
from imr_etl.sources.state_search.page import FIRST_DAY, SEARCH_URL
from imr_etl.storage.paths import DataPaths, folder_of
from imr_etl.terminal import say

if TYPE_CHECKING:
    from imr_etl.sources.state_search.fetch import Fetched

LEAST_SECONDS = 1.0
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


@click.command()
@dates("--since", "--until", "Decided")
@click.option("--contact", envvar="IMR_CONTACT", help="Your e-mail address or web page, sent along. [env: IMR_CONTACT]")
@click.option(
    "--out", callback=lambda c, p, v: v and folder(c, p, v), help="Folder for the letters.  [default: DATA/letters]"
)
@data_option
@click.option("--dry-run", is_flag=True, help="Show windows of dates and their totals; keep nothing.")
@click.option(
    "--search-pages",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Take the rows from pages that you saved in a browser (.html), and ask nothing of the network.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, 3600),
    default=LEAST_SECONDS,
    show_default=True,
    help="Least time between two requests; robots.txt may ask for more. At least 1, but for a server on this machine.",
)
@click.option("--hours", type=click.FloatRange(0), help="Stop after so many hours; the next fetch goes on.")
@click.option("--url", default=SEARCH_URL, show_default=True, help="Address of the search.")
def fetch(
    since: Period | None,
    until: Period | None,
    contact: str | None,
    out: str | None,
    data: str,
    search_pages: Path | None,
    **options: Any,
) -> None:
    """Fetch letters from the state's search of decisions into a folder that `imr-etl run` reads.

    One request a second, with your contact, as robots.txt allows; all years take weeks. Stop it whenever you like: the
    next one goes on. It was never run against the live page: look first at the page, its robots.txt and its terms.

    Example: imr-etl fetch --since 2024-01-01 --contact you@example.org --data ~/imr --dry-run
    """
    from imr_etl.sources.state_search import fetch as fetching  # noqa: PLC0415  a help text needs none of it
    from imr_etl.sources.state_search.client import Client  # noqa: PLC0415

    def log(sentence: str) -> None:
        say(sentence, error=True)

    paths = DataPaths.at(data)
    if search_pages is not None:
        done = fetching.take_saved_pages(paths, search_pages.expanduser(), log=log, now=datetime.now(UTC))
        say(f"{done.cases:,} cases with {done.items:,} items were taken: `imr-etl run` puts them into the warehouse.")
        return
    if since is None or not contact:
        raise click.UsageError(
            "Name the first date and how the state can reach you: --since 2024 --contact you@example.org"
        )
    first, last = _days(since, until)
    client = Client(options["url"], contact, seconds_between=_seconds(options["seconds"], options["url"]), log=log)
    if options["dry_run"]:
        _show_windows(fetching.count(client, first, last), options["seconds"])
        return
    letters = folder_of(out) if out else paths.root / "letters"
    hours = options["hours"]
    done = fetching.fetch(paths, letters, client, (first, last), log=log, now=fetching.utc_now, hours=hours)
    _say_done(done, letters, paths)


def _days(since: Period, until: Period | None) -> tuple[date, date]:
    """Return the first and last day to ask for: the state posts decisions from 2013 on, and none of tomorrow."""
    first, last = bounds_of(since, until)
    today = datetime.now(UTC).date()
    first, last = max(first or today, FIRST_DAY), min(last or today, today)
    if first > last:
        raise click.UsageError(f"There are decisions from {FIRST_DAY} to today ({today}): name a date among them.")
    return first, last


def _seconds(seconds: float, url: str) -> float:
    if seconds < LEAST_SECONDS and urlsplit(url).hostname not in THIS_MACHINE:
        raise click.UsageError("The state's server is asked once a second at most: --seconds 1 or more.")
    return seconds


def _show_windows(windows: Iterator[tuple[date, date, int]], seconds: float) -> None:
    from imr_etl.sources.state_search.fetch import duration  # noqa: PLC0415

    total = 0
    for first, last, number in windows:
        total += number
        say(f"{first} to {last}  {number:>9,}")
    say(f"Total, as the pages state it: {total:,}. Fetching takes up to {duration(total * seconds * 1.05)}.")


def _say_done(done: "Fetched", letters: Path, paths: DataPaths) -> None:
    say(f"Asked for: {done.cases:,} cases with {done.items:,} items. New letters: {done.letters:,}.")
    if done.failed:
        raise RunError(f"{len(done.failed):,} letters could not be downloaded, such as that of {done.failed[0]}.")
    if done.is_cut_short:
        say("The hours are over: run it again to go on.")
    say(f"To load them: imr-etl run --letters {letters} --data {paths.root}")
