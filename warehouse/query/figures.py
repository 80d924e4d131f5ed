"""How figures are written for people: shares in percent with their interval, months by name, numbers with commas.

Belongs here: what a value of an answer looks like in a terminal, in the report and on the page, and which columns are
one figure. Does not belong here: how a figure is computed (`sql/load/rates.sql`), and the table that it stands in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from imr_etl.terminal import printable

LOW, HIGH = "_low", "_high"
"""Endings of the columns that hold the ends of a share's interval."""

NOTE = "note"

FEWEST_LETTERS, FEW_LETTERS = 5, 20
"""Under the first number of letters there is no rate; under the second one a rate is marked. As in `load/rates.sql`."""

UNKNOWN, NO_DATE = "\u2013", "no date"
CODED = ("cited_by", "reason")
"""Columns of codes, which are written with spaces."""

WORDS = {"ur": "UR", "mme": "MME", "cwci": "CWCI", "p90": "90th percentile of"}
INTERVAL_HEADING = " (95 % interval)"

Value = object


class Rate(NamedTuple):
    """A share with the ends of its 95 % interval, null where there are too few letters; and the note that says so."""

    share: float | None
    low: float | None
    high: float | None
    note: str | None = None


def with_intervals(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> tuple[list[str], list[list[Value]]]:
    """Join each share, the two columns of its interval and its note to one column of `Rate`."""
    places = {name: place for place, name in enumerate(columns)}
    rated = {name for name in columns if {name + LOW, name + HIGH} <= places.keys()}
    notes = {name: note for name in rated if (note := _note_of(name, columns))}
    joined = {*(name + end for name in rated for end in (LOW, HIGH)), *notes.values()}
    kept = [name for name in columns if name not in joined]

    def value(row: Sequence[Any], name: str) -> Value:
        if name not in rated:
            return row[places[name]]
        note = row[places[notes[name]]] if name in notes else None
        return Rate(row[places[name]], row[places[name + LOW]], row[places[name + HIGH]], note)

    return kept, [[value(row, name) for name in kept] for row in rows]


def _note_of(rate: str, columns: Sequence[str]) -> str | None:
    """Find the column of a rate's note: `note_since` of `overturn_rate_since`, else `note`."""
    names = (rate.replace("overturn_rate", NOTE), NOTE)
    return next((name for name in names if name != rate and name in columns), None)


def written(value: Value, column: str) -> str:
    """Write a value: shares in percent, other fractions to one digit, years without commas, months by name."""
    match value:
        case None:
            text = NO_DATE if column.startswith("decision_") else UNKNOWN
        case Rate():
            text = written_rate(value)
        case bool():
            text = "yes" if value else "no"
        case float():
            text = percent(value) if is_share(column) else f"{value:,.1f}"
        case int():
            text = str(value) if "year" in column.split("_") else f"{value:,}"
        case date() if "month" in column.split("_"):
            text = f"{value:%b %Y}"
        case str() if column in CODED:
            text = value.replace("_", " ")
        case _:
            text = printable(str(value)).replace("\n", " ")
    return text


def written_rate(rate: Rate) -> str:
    """Write a rate with its interval and note; of too few letters the note alone."""
    if rate.share is None:
        return rate.note or UNKNOWN
    interval = (
        f" ({100 * rate.low:.1f} to {100 * rate.high:.1f})" if rate.low is not None and rate.high is not None else ""
    )
    return f"{percent(rate.share)}{interval}{f', {rate.note}' if rate.note else ''}"


def heading(column: str, *, has_interval: bool = False) -> str:
    """Write a column's name as a heading."""
    words = " ".join(WORDS.get(word, word) for word in column.split("_"))
    return words[:1].upper() + words[1:] + (INTERVAL_HEADING if has_interval else "")


def percent(share: float | None) -> str:
    """Write a share in percent; one under 0.05 % as `under 0.1 %`."""
    if share is None:
        return UNKNOWN
    return "under 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def letters_note(letters: int) -> str | None:
    """Return the note beside a rate of so many letters, as the macro `letters_note` does; None from 20 letters on."""
    if letters < FEWEST_LETTERS:
        return f"under {FEWEST_LETTERS} letters"
    return "few letters" if letters < FEW_LETTERS else None


def is_share(column: str) -> bool:
    """Check whether a column holds shares."""
    words = column.split("_")
    return "rate" in words or "share" in words or column == "disagreement"


def is_total(value: object) -> bool:
    """Check whether a cell says that the row is of all."""
    return isinstance(value, str) and value.startswith(("all ", "any number"))
