"""The front page: a search, its filters with counts, its hits; and the counts of one filter as a table.

Belongs here: what these pages show. Does not belong here: finding (`warehouse.query.search`) and counting
(`warehouse.query.web.summary`).
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from imr_etl.errors import RunError
from imr_etl.names import Search, filters, names
from warehouse.query.figures import heading
from warehouse.query.passages import Passage
from warehouse.query.report import opening
from warehouse.query.search import Bounds, Found, Hit, passages_of_hits, search
from warehouse.query.web import about, view
from warehouse.query.web.address import Address, read_address
from warehouse.query.web.published import Opened, Published
from warehouse.query.web.summary import DIMENSIONS, Rate, Summary, count_by, sample_part, summarize

HITS_A_PAGE = 20
MOST_PAGES = 50
MOST_ROWS = 10_000
"""Hits in a CSV or JSON."""

LAST_ROWS = "rows asked for last"
VALUES_SHOWN = 8
SEEN = 240
"""Characters of a rationale that has none of the words."""

BOUNDS = Bounds(items=10_000, seconds=0.12, gathered=50_000)
LISTED = ("category", "specialty", "body_part", "drug_class", "guideline_family", "state", "diagnosis_nature")
"""Filters whose names are few enough to be suggested."""

LABELS = {
    "since": "Decided from",
    "until": "Decided to",
    "modified": "Utilization review authorized a part",
    "retrospective": "Service already rendered",
}


@dataclass(frozen=True)
class Bar:
    """A month of the chart: where its bar stands, its parts, its address."""

    day: date
    x: float
    width: float
    items: int
    overturned: int
    height: float
    overturned_height: float
    href: str


CHART_WIDTH, CHART_HEIGHT = 360, 90


def front(request: Request, published: Published) -> Response:
    """Answer `/`."""
    address = read_address(request.query_params.multi_items())
    with published.open() as warehouse:
        if address.fault:
            return _refused(address, address.fault)
        try:
            if address.format != "html":
                return _rows(warehouse, address)
            written = warehouse.keep(
                ("page", address, warehouse.keep("is warm", bool)), lambda: _page(warehouse, address)
            )
        except RunError as error:
            return _refused(address, str(error))
    return HTMLResponse(written)


def _page(warehouse: Opened, address: Address) -> bytes:
    found = _find(warehouse, address, HITS_A_PAGE, (min(address.page, MOST_PAGES) - 1) * HITS_A_PAGE)
    hits = _with_passages(warehouse, found)
    summary = _summary(warehouse, address.search, found)
    last_page = max(1, min(MOST_PAGES, -(-summary.rate.items // HITS_A_PAGE)))
    return bytes(
        view.page(
            "front.html",
            title="Search",
            address=address,
            fault=None,
            opening="" if address.pairs else opening(about.head(warehouse), "This page searches"),
            found=found,
            hits=hits,
            summary=summary,
            bars=_bars(summary.months, address),
            most_in_month=max((items for day, items, _ in summary.months if day), default=0),
            chips=_chips(address),
            fields=_fields(address),
            dimensions=DIMENSIONS,
            page_number=min(address.page, last_page),
            last_page=last_page,
            most_pages=MOST_PAGES,
            most_rows=MOST_ROWS,
            suggestions=_suggestions(),
        ).body
    )


def counts(request: Request, published: Published) -> Response:
    """Answer `/counts/<filter>`: what was found, counted by the values of one filter."""
    name = request.path_params["dimension"]
    if name not in DIMENSIONS:
        raise HTTPException(404, f"Nothing is counted by {name}.")
    address = read_address(request.query_params.multi_items())
    with published.open() as warehouse:
        if address.fault:
            return _refused(address, address.fault)

        def compute() -> tuple[list[tuple[str, Rate]], bool]:
            found = _find(warehouse, address, 1, 0)
            part = 1 if found.is_gathered else sample_part(found.items)
            return count_by(warehouse, name, found.source, found.values, part=part), found.is_more

        try:
            rows, is_more = warehouse.keep(("counts", name, address.search), compute)
        except RunError as error:
            return _refused(address, str(error))
    columns = [name, "items", "letters", "overturned", "overturn_rate", "rate_low", "rate_high"]
    table = [
        (value, rate.items, rate.letters, rate.overturned, *((None,) * 3 if is_more else _share_and_interval(rate)))
        for value, rate in rows
    ]
    if address.format == "csv":
        return view.as_csv(f"items-by-{name}", columns, table)
    if address.format == "json":
        return view.as_json({"is_more": is_more, "rows": view.table_rows(columns, table)})
    return view.page(
        "counts.html",
        title=f"Items by {DIMENSIONS[name].heading.lower()}",
        name=name,
        dimension=DIMENSIONS[name],
        dimensions=DIMENSIONS,
        rows=rows,
        is_more=is_more,
        address=address,
        chips=_chips(address),
    )


def warm(warehouse: Opened) -> None:
    """Count all letters and items, and keep that for whoever comes."""
    about.head(warehouse)
    search(warehouse.connection, Search("x"), 1, bounds=BOUNDS)  # Reads the names that words stand for.
    found = _find(warehouse, Address(), 1, 0)
    warehouse.replace(_summary_key(Search(), found), summarize(warehouse, found, VALUES_SHOWN, is_exact=True))
    warehouse.replace("is warm", value=True)


def _find(warehouse: Opened, address: Address, limit: int, skip: int) -> Found:
    return search(
        warehouse.connection,
        address.search,
        limit,
        skip=skip,
        is_newest_first=address.order == "newest" and bool(address.search.words),
        bounds=BOUNDS,
    )


def _summary(warehouse: Opened, asked: Search, found: Found) -> Summary:
    return warehouse.keep(_summary_key(asked, found), lambda: summarize(warehouse, found, VALUES_SHOWN))


def _summary_key(asked: Search, found: Found) -> tuple[object, ...]:
    """Name the summary of a search: one that bounds cut short may find more the next time."""
    return "summary", asked, found.items, found.is_more


def _with_passages(warehouse: Opened, found: Found) -> list[tuple[Hit, dict[str, Any]]]:
    """Read the hits, each with its request and the first other text that has the words, marked."""
    hits = list(found.hits)
    passages = passages_of_hits(warehouse.connection, hits, found.match) if found.match else [{} for _ in hits]
    return [(hit, _texts(hit, of)) for hit, of in zip(hits, passages, strict=True)]


def _texts(hit: Hit, passages: dict[str, Passage]) -> dict[str, Any]:
    others = [(name, view.marked(passage)) for name, passage in passages.items() if name != "request"]
    if not others and hit.rationale:
        cut = hit.rationale if len(hit.rationale) <= SEEN else hit.rationale[:SEEN].rpartition(" ")[0] + " …"
        others = [("rationale", [(cut, False)])]
    request = passages.get("request")
    return {"request": view.marked(request) if request else [(hit.request, False)], **dict(others[:1])}


def _rows(warehouse: Opened, address: Address) -> Response:
    """Answer with rows; those that were asked for last are kept, several megabytes."""
    asked, kept = warehouse.keep(LAST_ROWS, lambda: (None, Response()))
    if asked != address:
        kept = _written_rows(warehouse, address)
        warehouse.replace(LAST_ROWS, (address, kept))
    return Response(kept.body, headers=dict(kept.headers))


def _written_rows(warehouse: Opened, address: Address) -> Response:
    found = _find(warehouse, address, MOST_ROWS, 0)
    hits = [vars(hit) for hit in found.hits]
    if address.format == "csv":
        return view.as_csv("imr-items", list(Hit.__annotations__), ([*hit.values()] for hit in hits))
    return view.as_json(
        {"items": found.items, "is_more": found.is_more or found.items > len(hits), "rows": hits},
    )


def _refused(address: Address, sentence: str) -> Response:
    """Answer a search that cannot be meant with the form as it was filled in, and a sentence."""
    if address.format == "json":
        response = view.as_json({"error": sentence})
        response.status_code = 400
        return response
    return view.page(
        "front.html",
        400,
        title="Search",
        address=address,
        fault=sentence,
        chips=_chips(address),
        fields=_fields(address),
        suggestions=_suggestions(),
    )


def _share_and_interval(rate: Rate) -> tuple[float | None, ...]:
    return (rate.share, *(rate.interval or (None, None))) if rate.share is not None else (None, None, None)


def _bars(months: list[tuple[date | None, int, int]], address: Address) -> list[Bar]:
    """Place the bars of a chart from the first month to the last; a month without items has none."""
    dated = [(day, items, overturned) for day, items, overturned in months if day]
    if not dated:
        return []
    first, last = dated[0][0], dated[-1][0]
    step = CHART_WIDTH / (_month_number(last) - _month_number(first) + 1)
    most = max(items for _, items, _ in dated)
    return [
        Bar(
            day,
            round((_month_number(day) - _month_number(first)) * step, 2),
            round(max(step - 1, step * 0.8), 2),
            items,
            overturned,
            round(max(1.0, CHART_HEIGHT * items / most), 2),
            round(CHART_HEIGHT * overturned / most, 2),
            "/?" + address.with_period(day, day.replace(day=calendar.monthrange(day.year, day.month)[1])),
        )
        for day, items, overturned in dated
    ]


def _month_number(day: date) -> int:
    return 12 * day.year + day.month


def _chips(address: Address) -> list[tuple[str, str, str]]:
    """List the filters that are set: label, value, the address without it."""
    return [(_label(name), value, "/?" + address.without(name, value)) for name, value in address.pairs if name != "q"]


def _label(name: str) -> str:
    return LABELS.get(name, DIMENSIONS[name].heading if name in DIMENSIONS else heading(name))


def _fields(address: Address) -> list[dict[str, Any]]:
    """List the filters as fields of the form. Of one that takes several names the field is for one more."""
    fields = []
    for each in filters():
        kind = each.metadata["kind"]
        given = address.given(each.name)
        is_list = kind in ("names", "text")
        choices = ("yes", "no") if kind == "flag" else each.metadata["choices"]
        fields.append(
            {
                "name": each.name,
                "label": _label(each.name),
                "meaning": each.metadata["meaning"],
                "choices": choices,
                "value": "" if is_list or not given else given[0],
                "kept": given if is_list else [],
                "example": {"numbers": "40-50 or 65-", "first day": "2016 or 2016-03", "last day": "2017-06-30"}.get(
                    kind, ""
                ),
                "is_listed": each.name in LISTED,
            }
        )
    return fields


def _suggestions() -> dict[str, Iterable[str]]:
    return {name: sorted(set(names(name))) for name in LISTED}
