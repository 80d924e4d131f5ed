"""What the state's search showed: rows as printed, a Parquet file per month, and which dates were asked for.

Belongs here: how rows take the place of older ones. Does not belong here: asking (`fetch`), and what the printed words
mean (`imr_etl.transform.published_decisions`).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from imr_etl.errors import RunError
from imr_etl.schema.tables import TABLES
from imr_etl.sources.state_search.page import DATE_FORMAT, Item
from imr_etl.storage import parquet
from imr_etl.storage.locks import Wait, writing
from imr_etl.storage.paths import DataPaths

TABLE = TABLES["published_decisions"]

DAYS_OF_LATE_POSTINGS = 60
"""Days within which decisions are posted. A date that was asked for before they were over is asked for again."""

SECONDS_OF_WAIT = 12 * 3600.0
"""How long the rows of a window wait for a run that is at work on the data folder."""


@dataclass(frozen=True)
class Window:
    """Dates of decisions, both included and of one month, with what the search said of them and when."""

    first: date
    last: date
    total: int
    cases: int
    items: int
    asked: date

    @property
    def is_final(self) -> bool:
        """Check whether late postings are no longer to be expected."""
        return self.asked > self.last + timedelta(days=DAYS_OF_LATE_POSTINGS)

    @property
    def month(self) -> str:
        """The month that it is in, as `2024-01`."""
        return f"{self.first:%Y-%m}"


def read_windows(paths: DataPaths) -> list[Window]:
    """Read which dates were asked for. Those whose rows are no longer there are not among them."""
    try:
        rows = json.loads(paths.fetched_windows.read_text(encoding="utf-8"))
        windows = [
            Window(
                date.fromisoformat(row["first"]),
                date.fromisoformat(row["last"]),
                int(row["total"]),
                int(row["cases"]),
                int(row["items"]),
                date.fromisoformat(row["asked"]),
            )
            for row in rows
        ]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError) as error:
        raise RunError(f"{paths.fetched_windows} is damaged: remove it, then all dates are asked for again.") from error
    return [window for window in windows if paths.published(TABLE.name, window.month).exists()]


def forget_lost_windows(paths: DataPaths, wait: Wait) -> list[Window]:
    """Remove the windows whose rows are no longer there from the stored ones; return the others."""
    windows = read_windows(paths)
    if paths.fetched_windows.exists():
        with writing(paths, wait):
            _write_windows(paths, windows)
    return windows


def store_window(paths: DataPaths, window: Window, items: list[Item], now: datetime, wait: Wait) -> None:
    """Replace the rows of a window, and note that it was asked for. If killed in between, it is asked for again."""
    others = [each for each in read_windows(paths) if not (window.first <= each.first and each.last <= window.last)]
    with writing(paths, wait):
        _replace(
            paths, window.month, rows_of(items, now), pl.col("decision_date").is_between(window.first, window.last)
        )
        _write_windows(paths, sorted([*others, window], key=lambda each: (each.first, each.last)))


def store_cases(paths: DataPaths, items: list[Item], now: datetime, wait: Wait) -> None:
    """Replace the rows of the decisions that the items belong to."""
    rows = rows_of(items, now)
    with writing(paths, wait):
        for (month,), of_month in rows.group_by(pl.col("decision_date").dt.strftime("%Y-%m"), maintain_order=True):
            _replace(paths, str(month), of_month, pl.lit(value=False))


def letters_of(paths: DataPaths, first: date, last: date) -> Iterator[tuple[str, date, str]]:
    """Yield case number, day of decision and address of each letter of a window, in the order of cases."""
    rows = parquet.scan(paths.published(TABLE.name, f"{first:%Y-%m}"), TABLE.schema)
    found = rows.filter(pl.col("decision_date").is_between(first, last)).select("case_number", "decision_date", "url")
    yield from found.unique(maintain_order=True).collect().rows()


def rows_of(items: list[Item], now: datetime) -> pl.DataFrame:
    """Return rows of `published_decisions`; items of a decision are numbered in the order of the rows."""
    frame = pl.DataFrame(items, schema=dict.fromkeys(Item._fields, pl.String), orient="row")
    dates = ("decision_date", "injury_date", "application_received_date")
    printed = {"specialty", "category", "subcategory", "decision", *dates}
    rows = frame.with_columns(pl.col(pl.String).replace("", None)).rename(
        {name: f"{name}_as_printed" for name in printed}
    )
    return TABLE.conform(
        rows.with_columns(
            pl.col(f"{name}_as_printed").str.to_date(DATE_FORMAT).alias(name) for name in dates
        ).with_columns(
            item_number=pl.int_range(1, pl.len() + 1).over("case_number", "decision_date"),
            asked_at=pl.lit(now.astimezone(UTC).replace(tzinfo=None), pl.Datetime("us")),
        )
    )


def waiting(log: Callable[[str], None]) -> Wait:
    """Return how long a fetch waits for a run."""
    return Wait(SECONDS_OF_WAIT, log)


def _replace(paths: DataPaths, month: str, rows: pl.DataFrame, replaced: pl.Expr) -> None:
    """Write a month: new rows replace those of the same decisions, and those for which `replaced` is true."""
    path = paths.published(TABLE.name, month)
    old = parquet.read(path, TABLE.schema).filter(~replaced)
    kept = old.join(rows, on=["case_number", "decision_date"], how="anti")
    parquet.write(TABLE.conform(pl.concat([kept, rows])), path)


def _write_windows(paths: DataPaths, windows: list[Window]) -> None:
    parquet.write_bytes(json.dumps([asdict(window) for window in windows], default=str).encode(), paths.fetched_windows)
