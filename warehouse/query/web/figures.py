"""Figures: the marts and the questions as tables and charts, each number with the address of its items.

Belongs here: which tables are shown, what is drawn of them, and which filters a row stands for. Does not belong here:
the figures themselves (`warehouse/sql/marts`, `warehouse/sql/questions`).
"""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from imr_etl.errors import RunError
from warehouse.build.marts import CASE, mart, mart_names
from warehouse.query.figures import FEWEST_LETTERS, NOTE, Rate, is_total, with_intervals
from warehouse.query.questions import answer, question, question_names
from warehouse.query.web import view
from warehouse.query.web.address import filters_address
from warehouse.query.web.published import Published

MOST_ROWS = 500
MOST_BARS = 20

ITEM_COUNTS = {"items": {}, "overturned": {"decision": "overturned"}, "upheld": {"decision": "upheld"}}
"""Column that counts items -> what the items have besides what the row says."""

FILTERS = {
    "category": "category",
    "subcategory": "subcategory",
    "treatment": "treatment",
    "region": "body_part",
    "specialty": "specialty",
    "priority": "priority",
}
"""Column of a mart or question -> the filter that finds its items."""

OWN_FILTERS = {"drugs_by_class": {"drug_class": "subcategory"}}
"""Table -> columns that mean something else in it than elsewhere."""

ALSO = {"drugs_by_class": {"category": "Pharmaceuticals"}}
"""Table -> what all of its items have."""

DRAWN = ("items", "letters", "problems")
"""Columns whose numbers a chart draws: the first of them that a table has."""

PERIODS = ("decision_year", "decision_month", "starts")
FOLLOWING = {"cwci_category": {"category", "subcategory"}}
"""Column -> the columns whose values determine its value."""

WITHOUT_ITEMS = ("partial_overturns", "partial-overturns")
"""Tables whose numbers count other items than a search by their columns finds."""

SECONDARY = re.compile(
    r"^(share|overturn_rate|rate|mean|median|p90|n_|low|high|interval|expected|few)|_rate$|_(low|high)$"
)


@dataclass(frozen=True)
class Figure:
    """A table with what it is, how to read it, and a chart of it."""

    name: str
    title: str
    reading: str
    columns: list[str]
    rows: list[tuple[object, ...]]
    is_cut: bool
    links: list[dict[str, str]]
    bars: list[dict[str, Any]]
    descriptions: Mapping[str, str]

    @property
    def counted(self) -> str | None:
        """Name the column whose numbers are drawn."""
        return next((name for name in DRAWN if name in self.columns), None)

    @cached_property
    def shown(self) -> tuple[list[str], list[list[object]]]:
        """Lay out the table as people read it: a share, its interval and its note are one column."""
        return with_intervals(self.columns, self.rows)

    @cached_property
    def numeric(self) -> set[str]:
        """List the columns that hold numbers."""
        columns, rows = self.shown
        return {
            name
            for place, name in enumerate(columns)
            if any(isinstance(row[place], int | float | Rate) and not isinstance(row[place], bool) for row in rows)
        }

    @cached_property
    def rates(self) -> set[str]:
        """List the columns that hold a share with its interval."""
        columns, rows = self.shown
        return {name for place, name in enumerate(columns) if any(isinstance(row[place], Rate) for row in rows)}

    @property
    def first_rate(self) -> str | None:
        """Name the column that stays in sight on narrow screens."""
        return next((name for name in self.shown[0] if name in self.rates), None)


def overview(_: Request, published: Published) -> Response:
    """Answer `/figures`."""
    with published.open():
        return view.page(
            "figures.html",
            title="Figures",
            questions=[question(name) for name in question_names()],
            marts=[mart(name) for name in sorted(mart_names()) if CASE not in mart(name).columns],
        )


def of_question(request: Request, published: Published) -> Response:
    """Answer `/figures/question/<name>`."""
    name = request.path_params["name"]
    if name not in question_names():
        raise HTTPException(404, "There is no such question.")
    asked = question(name)
    given = {key: value for key, value in request.query_params.items() if key in asked.parameters and value}
    with published.open() as warehouse:
        try:
            found = warehouse.keep(
                ("question", name, tuple(sorted(given.items()))),
                lambda: answer(warehouse.connection, asked, parameters=given, limit=MOST_ROWS),
            )
            fault = None
        except RunError as error:
            found, fault = None, str(error)
    if found is None:
        return view.page(
            "figure.html", 400, title=asked.meaning, figure=None, asked=asked, given=given, fault=fault, query=""
        )
    figure = _figure(name, asked.meaning, asked.reading, found.columns, found.rows, {}, is_cut=found.is_cut)
    return _answered(request, figure, asked=asked, given=given)


def of_mart(request: Request, published: Published) -> Response:
    """Answer `/figures/mart/<name>`."""
    name = request.path_params["name"]
    if name not in mart_names() or CASE in mart(name).columns:
        raise HTTPException(404, "There is no such figure.")
    with published.open() as warehouse:

        def compute() -> tuple[list[str], list[tuple[object, ...]]]:
            result = warehouse.connection.execute(f"FROM marts.{name} LIMIT {MOST_ROWS + 1}")
            return [column[0] for column in result.description], result.fetchall()

        columns, rows = warehouse.keep(("mart", name), compute)
    own = mart(name)
    is_cut = len(rows) > MOST_ROWS
    figure = _figure(name, own.description, "", columns, rows[:MOST_ROWS], own.columns, is_cut=is_cut)
    return _answered(request, figure, asked=None, given={})


def _answered(request: Request, figure: Figure, **more: Any) -> Response:
    form = request.query_params.get("format", "html")
    if form == "csv":
        return view.as_csv(figure.name, figure.columns, figure.rows)
    if form == "json":
        return view.as_json({"is_cut": figure.is_cut, "rows": view.table_rows(figure.columns, figure.rows)})
    return view.page("figure.html", title=figure.title, figure=figure, fault=None, **more)


def _figure(
    name: str,
    title: str,
    reading: str,
    columns: list[str],
    rows: Sequence[tuple[object, ...]],
    descriptions: Mapping[str, str],
    *,
    is_cut: bool,
) -> Figure:
    mapped = view.table_rows(columns, rows)
    links = [item_links(name, row) for row in mapped]
    return Figure(name, title, reading, columns, [*rows], is_cut, links, _bars(mapped, links), descriptions)


def item_links(name: str, row: Mapping[str, object]) -> dict[str, str]:
    """Write the addresses of the items that the numbers of a row count.

    Takes the table's name and the row. There are none where the row's columns say more than filters can.
    """
    if name in WITHOUT_ITEMS or _is_total(row):
        return {}
    found: dict[str, object] = dict(ALSO.get(name, {}))
    known = FILTERS | OWN_FILTERS.get(name, {})
    for column, value in row.items():
        if _is_number(column, value) or column.partition("_")[0] == NOTE or FOLLOWING.get(column, {"?"}) <= row.keys():
            continue
        if column in PERIODS:
            period = _period(column, value, row)
            if period is None:
                return {}
            found["since"], found["until"] = period
        elif column in known and isinstance(value, str):
            found[known[column]] = value
        elif column != "period":
            return {}
    return {column: filters_address(found | more) for column, more in ITEM_COUNTS.items() if found and row.get(column)}


def _is_total(row: Mapping[str, object]) -> bool:
    return any(map(is_total, [*row.values()][:2]))


def _is_number(column: str, value: object) -> bool:
    return column not in PERIODS and (
        column in ITEM_COUNTS
        or (isinstance(value, int | float) and not isinstance(value, bool) and not column.endswith(("year", "age")))
        or (value is None and bool(SECONDARY.search(column)))
    )


def _period(column: str, value: object, row: Mapping[str, object]) -> tuple[date, date] | None:
    if isinstance(value, int):
        return date(value, 1, 1), date(value, 12, 31)
    if not isinstance(value, date):
        return None
    if column == "starts" and row.get("period") != "month":
        return None
    return value, value.replace(day=calendar.monthrange(value.year, value.month)[1])


def _bars(rows: Sequence[Mapping[str, object]], links: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Choose what is drawn: the rows with most items, with the overturned part; or letters where there are no items."""
    count = next((name for name in DRAWN if rows and name in rows[0]), None)
    if count is None:
        return []
    bars: list[dict[str, Any]] = []
    hidden = {
        name for name in rows[0] if name.partition("_")[0] == NOTE or FOLLOWING.get(name, {"?"}) <= rows[0].keys()
    }
    for row, link in zip(rows, links, strict=True):
        if _is_total(row):
            continue
        label = " · ".join(
            view.shown(value, name)
            for name, value in row.items()
            if value is not None
            and name not in hidden
            and (isinstance(value, str | date | bool) or name.endswith(("year", "age")))
        )
        number = row[count]
        if not isinstance(number, int) or not label:
            continue
        letters = row.get("letters", number)
        is_known = isinstance(letters, int) and letters >= FEWEST_LETTERS
        part = row.get("overturned") if count == "items" and is_known else None
        bars.append({"label": label[:80], "count": number, "part": part, "href": link.get(count)})
    is_in_time = any(name in PERIODS for name in rows[0])
    shown = (
        bars if is_in_time and len(bars) <= 2 * MOST_BARS else sorted(bars, key=lambda bar: bar["count"], reverse=True)
    )
    return shown[:MOST_BARS] if not is_in_time else shown[: 2 * MOST_BARS]
