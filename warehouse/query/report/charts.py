"""Charts of the report as Vega-Lite, made by Altair.

Belongs here: how a kind of chart draws the rows of a section. Does not belong here: the rows, and colours of light and
dark pages (`page.js` gives them when it draws).

No chart tells anything by colour alone: groups have shapes, dashes or labels of their own too.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import altair as alt

from imr_etl.intervals import wilson

Row = dict[str, Any]

MOST = 20
"""Rows that a chart draws; the table below it has them all."""

BLUE, ORANGE = "#0072B2", "#D55E00"
"""Of Okabe and Ito's colours, which people without full colour vision tell apart."""

UNKNOWN = "(not known)"
FITTED = alt.AutoSizeParams(type="fit-x", contains="padding")
MONTHS = alt.Axis(format="%b %Y", tickCount="month", labelOverlap=True)
WHOLE = alt.Axis(tickMinStep=1, format=",d")
ON_TOP = alt.Legend(orient="top")


def chart(kind: str, rows: list[Row], columns: list[str]) -> dict[str, Any]:
    """A chart of a kind of `KINDS` over the columns named, as a Vega-Lite specification with its data inside."""
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    drawn: dict[str, Any] = KINDS[kind](plain, *columns).properties(width="container", autosize=FITTED).to_dict()
    return drawn


def timeline(rows: list[Row], by: str, *counts: str) -> alt.LayerChart:
    """Counts over months: a line with its points each."""
    return _lines(rows, by, counts, "Number in the month")


def rates(rows: list[Row], by: str) -> alt.LayerChart:
    """Overturn rates as dots with their interval and the number of items they are of."""
    for row in rows:
        row["low"], row["high"] = wilson(row["overturned"], row["items"])
        row["told"] = f"{100 * row['overturn_rate']:.1f} % of {row['items']:,}"
    base = alt.Chart(alt.Data(values=rows[:MOST])).encode(y=alt.Y(f"{by}:N", sort=None, title=None, axis=_names()))
    scale = alt.Scale(domain=[0, 1], nice=False)
    share = alt.X("overturn_rate:Q", title="Overturn rate", axis=alt.Axis(format=".0%"), scale=scale)
    bars = base.mark_rule(strokeWidth=2, color=BLUE, opacity=0.6).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
    dots = base.mark_point(filled=True, size=70, color=BLUE, opacity=1).encode(x=share, tooltip=[f"{by}:N", "told:N"])
    told = base.mark_text(align="left", dx=6).encode(x=alt.X("high:Q", scale=scale), text="told:N")
    return (bars + dots + told).properties(height=alt.Step(24))


def bars(rows: list[Row], by: str, count: str) -> alt.LayerChart:
    """Counts as bars with their number."""
    base = alt.Chart(alt.Data(values=rows[:MOST])).encode(
        x=alt.X(f"{count}:Q", title=count.replace("_", " ").capitalize(), axis=WHOLE),
        y=alt.Y(f"{by}:N", sort=None, title=None, axis=_names()),
    )
    told = base.mark_text(align="left", dx=4).encode(text=alt.Text(f"{count}:Q", format=","))
    return (base.mark_bar(color=BLUE) + told).properties(height=alt.Step(22))


def grid(rows: list[Row], down: str, across: str) -> alt.LayerChart:
    """Overturn rates over two things with their number of items, the darker the more items."""
    for row in rows:
        row["told"] = f"{100 * row['overturn_rate']:.0f} % of {row['items']:,}"
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(f"{across}:N", title="The reviewer cited", axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y(f"{down}:N", title="Utilization review cited"),
    )
    opacity = alt.Opacity("items:Q", legend=None, scale=alt.Scale(range=[0.08, 0.45]))
    cells = base.mark_rect(color=BLUE).encode(opacity=opacity)
    return (cells + base.mark_text().encode(text="told:N")).properties(height=alt.Step(44))


def pairs(rows: list[Row], by: str, *counts: str) -> alt.Chart:
    """Two counts side by side, told apart by colour and shape."""
    names = {count: count.replace("items_of_", "").replace("_", " ") for count in counts}
    long = [{by: row[by], "side": names[count], "items": row[count]} for row in rows[:MOST] for count in counts]
    return (
        alt.Chart(alt.Data(values=long))
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x=alt.X("items:Q", title="Items", axis=WHOLE),
            y=alt.Y(f"{by}:N", sort=None, title=None, axis=_names()),
            color=_colours("side", list(names.values())),
            shape=_shapes("side", list(names.values())),
            tooltip=[f"{by}:N", "side:N", "items:Q"],
        )
        .properties(height=alt.Step(22))
    )


def days(rows: list[Row], by: str, middle: str, most: str) -> alt.LayerChart:
    """Median and 90th percentile of the days from assignment to decision, standard cases, over months."""
    chosen = [row for row in rows if row["step"] == "assignment to decision" and row["priority"] == "standard"]
    return _lines(chosen, by, (middle, most), "Days from assignment to decision, standard cases")


def ages(rows: list[Row], by: str, *counts: str) -> alt.LayerChart:
    """Counts over years of age."""
    return _lines(
        [row for row in rows if row[by] != UNKNOWN], by, counts, "Items", kind="Q", title="Years since injury"
    )


KINDS: dict[str, Callable[..., alt.Chart | alt.LayerChart]] = {
    kind.__name__: kind for kind in (timeline, rates, bars, grid, pairs, days, ages)
}


def _lines(
    rows: list[Row], by: str, counts: tuple[str, ...], axis: str, kind: str = "T", title: str | None = None
) -> alt.LayerChart:
    names = {count: count.replace("_", " ") for count in counts}
    long = [{by: row[by], "what": names[count], "n": row[count]} for row in rows for count in counts]
    base = alt.Chart(alt.Data(values=long)).encode(
        x=alt.X(f"{by}:{kind}", title=title, axis=MONTHS if kind == "T" else WHOLE),
        y=alt.Y("n:Q", title=axis, axis=WHOLE),
        color=_colours("what", list(names.values())),
    )
    lines = base.mark_line().encode(strokeDash=alt.StrokeDash("what:N", legend=None))
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        shape=_shapes("what", list(names.values())), tooltip=[f"{by}:{kind}", "what:N", "n:Q"]
    )
    return (lines + points).properties(height=260)


def _colours(field: str, names: list[str]) -> alt.Color:
    scale = alt.Scale(domain=names, range=[BLUE, ORANGE])
    return alt.Color(f"{field}:N", title=None, scale=scale, legend=ON_TOP)


def _shapes(field: str, names: list[str]) -> alt.Shape:
    return alt.Shape(f"{field}:N", title=None, scale=alt.Scale(domain=names, range=["circle", "square"]), legend=ON_TOP)


def _names() -> alt.Axis:
    return alt.Axis(labelLimit=190)


def _plain(value: object) -> object:
    """A value as JSON has it."""
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case _:
            return value
