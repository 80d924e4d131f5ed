"""The state's search: letters and rows that are fetched from it, by a job of its own.

Belongs here: the asset `published_decisions`. Does not belong here: fetching (`imr_etl.sources.state_search`), and the
jobs that load what was fetched.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from assets.wiring import results
from assets.wiring.metadata import table_schema
from assets.wiring.resources import Folders
from imr_etl import __version__
from imr_etl.errors import RunError
from imr_etl.schema.tables import TABLES
from imr_etl.sources.state_search.client import SECONDS_BETWEEN, Client
from imr_etl.sources.state_search.fetch import fetch, utc_now
from imr_etl.sources.state_search.page import FIRST_DAY, SEARCH_URL

TABLE = TABLES["published_decisions"]


class FetchConfig(dg.Config):
    """`contact` is sent along; `out` is the folder for letters, DATA/letters where it is empty.

    A run ends after `hours`, before the nightly run: one run is at work at a time.
    """

    contact: str = os.environ.get("IMR_CONTACT") or ""
    since: str = os.environ.get("IMR_FETCH_SINCE") or str(FIRST_DAY)
    out: str = os.environ.get("IMR_FETCH_OUT") or ""
    hours: float = 5
    seconds: float = SECONDS_BETWEEN
    url: str = SEARCH_URL


@dg.asset(
    group_name="files",
    kinds={"parquet", "pdf"},
    code_version=__version__,
    description=(
        f"{TABLE.description}.\n\nThe job `fetch` asks the state's search and fetches the letters that it names. It was"
        " never run against the live page."
    ),
    metadata=table_schema(TABLE),
)
def published_decisions(
    context: dg.AssetExecutionContext, config: FetchConfig, folders: Folders
) -> Iterator[results.Result]:
    """Ask the state's search and fetch letters, for some hours."""
    with folders.writing(context) as paths:
        try:
            since = max(date.fromisoformat(config.since), FIRST_DAY)
        except ValueError as error:
            raise RunError(f"IMR_FETCH_SINCE is {config.since!r}: write a day as 2024-01-31.") from error
        if not config.contact:
            raise RunError("IMR_CONTACT is not set: name your e-mail address, by which the state can reach you.")
        client = Client(config.url, config.contact, seconds_between=config.seconds, log=context.log.info)
        days = (since, datetime.now(UTC).date())
        out = Path(config.out) if config.out else paths.root / "letters"
        done = fetch(paths, out, client, days, log=context.log.info, now=utc_now, hours=config.hours)
    for failed in done.failed:
        context.log.warning(failed)
    yield results.Result(
        metadata={
            "windows asked for": done.windows,
            "cases": done.cases,
            "items": done.items,
            "new letters": done.letters,
            "letters that could not be downloaded": len(done.failed),
            "is cut short": done.is_cut_short,
        }
    )
