"""How figures are written for people: shares in percent with their interval, months by name, numbers with commas.

Belongs here: what a value of an answer looks like in a terminal and in the report, and which columns are one figure. Does
not belong here: how a figure is computed (`sql/load/rates.sql`), and the table that it stands in.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from imr_etl.terminal import printable

LOW, HIGH = "_low", "_high"
"""Endings of the columns that hold the ends of a share's interval."""

UNKNOWN = "\u2013"
INTERVAL_HEADING = " (95 % interval)"

Value = object


class Rate(NamedTuple):
    """A share with the ends of its 95 % interval; all null where there are too few letters."""

    share: float | None
    low: float | None
    high: float | None


def with_intervals(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> tuple[list[str], list[list[Value]]]:
    """Join each share and the two columns of its interval to one column of `Rate`."""
    places = {name: place for place, name in enumerate(columns)}
    rated = {name for name in columns if {name + LOW, name + HIGH} <= places.keys()}
    ends = {name + end for name in rated for end in (LOW, HIGH)}
    kept = [name for name in columns if name not in ends]

    def value(row: Sequence[Value], name: str) -> Value:
        found = [row[places[part]] for part in ((name, name + LOW, name + HIGH) if name in rated else (name,))]
        return Rate(*found) if name in rated else found[0]  # type: ignore[arg-type]  # the SELECT gives numbers

    return kept, [[value(row, name) for name in kept] for row in rows]


def written(value: Value, column: str) -> str:
    """Write a value: shares in percent, other fractions to one digit, years without commas, months by name."""
    match value:
        case None | Rate(share=None):
            return UNKNOWN
        case Rate(share, low, high):
            interval = f" ({100 * low:.1f} to {100 * high:.1f})" if low is not None and high is not None else ""
            return f"{percent(share)}{interval}"  # type: ignore[arg-type]  # None is above
        case bool():
            return "yes" if value else "no"
        case float():
            return percent(value) if is_share(column) else f"{value:,.1f}"
        case int():
            return str(value) if "year" in column.split("_") else f"{value:,}"
        case date() if "month" in column.split("_"):
            return f"{value:%b %Y}"
        case _:
            return printable(str(value)).replace("\n", " ")


def heading(column: str, *, has_interval: bool = False) -> str:
    """Write a column's name as a heading."""
    words = column.replace("_", " ").replace("ur ", "UR ").replace("p90", "90th percentile of").replace("mme", "MME")
    return words[:1].upper() + words[1:] + (INTERVAL_HEADING if has_interval else "")


def percent(share: float) -> str:
    """Write a share in percent, one that is under half a tenth as such."""
    return "under 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def is_share(column: str) -> bool:
    """Tell whether a column holds shares."""
    words = column.split("_")
    return "rate" in words or "share" in words or column == "disagreement"
