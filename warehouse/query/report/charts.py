"""Charts of the report as Vega-Lite, made by Altair, each with a text that says the same.

Belongs here: how a kind of chart draws the rows of a section, and its text alternative. Does not belong here: the rows,
and colors of light and dark pages (`page.js` gives them when it draws).

No chart says anything by color alone: groups have shapes, dashes or labels of their own too. Rates of under 5 letters
are not drawn, as they are not printed.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from warehouse.query.figures import FEWEST_LETTERS, Rate, is_total, percent, written

Row = dict[str, Any]

MOST = 20
"""Rows that a chart draws; the table below it has them all."""

BLUE, ORANGE = "#0072B2", "#D55E00"
"""Of Okabe and Ito's colors, which people without full color vision tell apart."""

UNKNOWN = "(not known)"
FITTED = alt.AutoSizeParams(type="fit-x", contains="padding")
MONTHS = alt.Axis(format="%b %Y", tickCount="month", labelOverlap=True)
WHOLE = alt.Axis(tickMinStep=1, format=",d")
ON_TOP = alt.Legend(orient="top")
NAMES = alt.Axis(labelLimit=170)

Drawn = tuple[alt.LayerChart, str] | None
"""A chart and its text; None where no row can be drawn."""


def chart(kind: str, rows: list[Row], columns: list[str]) -> tuple[dict[str, Any], str] | None:
    """Draw a chart of a kind of `KINDS` over the columns named: a Vega-Lite specification with its data, and its text.

    Rows of totals are left out; None where no row can be drawn.
    """
    by = columns[0]
    kept = [_plain(row, by) for row in rows if not is_total(row[by])]
    # Altair checks each part of a chart and then the whole, which takes longer than drawing it; a test does that.
    with debug_mode(arg=False):
        drawn = KINDS[kind](kept, *columns)
        if drawn is None:
            return None
        whole = drawn[0].properties(width="container", autosize=FITTED)
        specification: dict[str, Any] = whole.to_dict(validate=False)
    return specification, drawn[1]


def timeline(rows: list[Row], by: str, *counts: str) -> Drawn:
    """Draw counts over months, a line each; marks are open where letters of the month are missing."""
    return _lines([row for row in rows if row[by] != UNKNOWN], by, counts, "Number in the month")


def rates(rows: list[Row], by: str) -> Drawn:
    """Draw overturn rates as dots with their interval, and their numbers of items and letters."""
    return _shares(rows, by, "overturn_rate", "Overturn rate")


def shares(rows: list[Row], by: str) -> Drawn:
    """Draw shares of items as dots with their interval."""
    return _shares(rows, by, "share_of_items", "Share of upheld items")


def grid(rows: list[Row], down: str, across: str) -> Drawn:
    """Draw overturn rates over two things with their number of items and letters, the darker the higher the rate."""
    if not rows:
        return None
    for row in rows:
        of = f"{row['items']:,} ({row['letters']:,} letters)"
        row["label"] = of if row["overturn_rate"] is None else f"{100 * row['overturn_rate']:.0f} % of {of}"
        row["shade"] = row["overturn_rate"] or 0.0
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(f"{across}:N", title="The reviewer cited", axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y(f"{down}:N", title="Utilization review cited"),
    )
    most = max([row["shade"] for row in rows] + [0.01])
    opacity = alt.Opacity("shade:Q", legend=None, scale=alt.Scale(domain=[0, most], range=[0.04, 0.5]))
    cells = base.mark_rect(color=BLUE).encode(opacity=opacity)
    text = "; ".join(
        f"utilization review {row[down]}, reviewer {row[across]}: {row['label']}"
        for row in sorted(rows, key=lambda row: -row["items"])
    )
    return (cells + base.mark_text().encode(text="label:N")).properties(height=alt.Step(44)), text


def days(rows: list[Row], by: str, middle: str, most: str) -> Drawn:
    """Draw the median and 90th percentile of days from assignment to decision, standard cases, over months."""
    chosen = [
        row
        for row in rows
        if row["step"] == "assignment to decision"
        and row["priority"] == "standard"
        and row["letters"] >= FEWEST_LETTERS
    ]
    return _lines(chosen, by, (middle, most), "Days from assignment to decision, standard cases")


KINDS: dict[str, Callable[..., Drawn]] = {kind.__name__: kind for kind in (timeline, rates, shares, grid, days)}


def _shares(rows: list[Row], by: str, share: str, title: str) -> Drawn:
    drawn = [row for row in rows if row[share] is not None][:MOST]
    if not drawn:
        return None
    for row in drawn:
        few = ", few letters" if row["note"] == "few letters" else ""
        row["label"] = f"{percent(row[share])} of {row.get('items_upheld', row['items']):,}"
        row["rest"] = f"{row.get('letters_upheld', row['letters']):,} letters{few}"
        row["strength"] = 0.45 if few else 1.0
    base = alt.Chart(alt.Data(values=drawn)).encode(
        y=alt.Y(f"{by}:N", sort=None, title=None, axis=NAMES),
        opacity=alt.Opacity("strength:Q", scale=None),
        tooltip=[
            alt.Tooltip(f"{by}:N", title="Group"),
            alt.Tooltip("label:N", title=title),
            alt.Tooltip("rest:N", title="In"),
        ],
    )
    # Room on the right for the label of the widest interval.
    most = max(row[f"{share}_high"] for row in drawn)
    scale = alt.Scale(domain=[0, 1.45 * most], nice=False)
    step = next(size for size, top in ((0.05, 0.3), (0.1, 0.7), (0.25, 2.0)) if most < top)
    ticks = alt.Axis(format=".0%", values=[place * step for place in range(int(most / step) + 2)])
    dots = base.mark_point(filled=True, size=70, color=BLUE).encode(
        x=alt.X(f"{share}:Q", title=f"{title} with its 95 % interval", axis=ticks, scale=scale)
    )
    bars = base.mark_rule(strokeWidth=2, color=BLUE).encode(
        x=alt.X(f"{share}_low:Q", scale=scale), x2=alt.X2(f"{share}_high:Q")
    )
    labels = base.mark_text(align="left", dx=6).encode(x=alt.X(f"{share}_high:Q", scale=scale), text="label:N")
    text = "; ".join(
        f"{row[by]}: {written(Rate(row[share], row[f'{share}_low'], row[f'{share}_high']), share)}, {row['rest']}"
        for row in drawn
    )
    return (bars + dots + labels).properties(height=alt.Step(24)), text


def _lines(rows: list[Row], by: str, counts: tuple[str, ...], axis: str) -> Drawn:
    if not rows:
        return None
    names = {count: count.replace("_", " ").replace("p90", "90th percentile of") for count in counts}
    long = [
        {by: row[by], "what": names[count], "n": row[count], "mark": "white" if row["is_partial"] else "filled"}
        for row in rows
        for count in counts
    ]
    colors = alt.Color(
        "what:N", title=None, scale=alt.Scale(domain=list(names.values()), range=[BLUE, ORANGE]), legend=ON_TOP
    )
    shapes = alt.Shape(
        "what:N", title=None, scale=alt.Scale(domain=list(names.values()), range=["circle", "square"]), legend=ON_TOP
    )
    base = alt.Chart(alt.Data(values=long)).encode(
        x=alt.X(f"{by}:T", title=None, axis=MONTHS), y=alt.Y("n:Q", title=axis, axis=WHOLE), color=colors
    )
    lines = base.mark_line().encode(strokeDash=alt.StrokeDash("what:N", legend=None))
    points = base.mark_point(size=60, opacity=1, strokeWidth=2).encode(
        shape=shapes,
        fillOpacity=alt.condition("datum.mark == 'filled'", alt.value(1), alt.value(0)),
        fill=alt.Fill("what:N", scale=alt.Scale(domain=list(names.values()), range=[BLUE, ORANGE]), legend=None),
        tooltip=[
            alt.Tooltip(f"{by}:T", format="%b %Y", title="Month"),
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("n:Q", title="Number"),
        ],
    )
    text = "; ".join(
        f"{date.fromisoformat(row[by]):%b %Y}{' (partial month)' if row['is_partial'] else ''}: "
        + ", ".join(f"{row[count]:,.0f} {names[count]}" for count in counts)
        for row in rows
    )
    return (lines + points).properties(height=260), text


def _plain(row: Row, by: str) -> Row:
    """Write a row as JSON has it; what is not known of its first column has a name."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
    return plain | {name: UNKNOWN for name in (by, "ur_basis", "reviewer_basis") if name in row and row[name] is None}
