"""What an answer looks like: templates, values as text, JSON, CSV, charts.

Belongs here: how any page is written. Does not belong here: what is on a page.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

from imr_etl import __version__
from imr_etl.spreadsheets import cell
from imr_etl.terminal import counted, printable
from warehouse.query import figures
from warehouse.query.figures import UNKNOWN, Rate, heading, written
from warehouse.query.web.address import filters_address

if TYPE_CHECKING:
    import jinja2

    from warehouse.query.passages import Passage

STATIC_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PAGES = (("/", "Search"), ("/figures", "Figures"), ("/review", "Review"), ("/about", "About"))
NO_BREAK = "\N{NO-BREAK SPACE}"
BAR = 100
"""Width of a bar for the largest count."""


@cache
def static_files() -> dict[str, bytes]:
    """Read the package's own style and JavaScript, by name."""
    return {
        entry.name: entry.read_bytes()
        for entry in files(__package__).joinpath("static").iterdir()
        if any(entry.name.endswith(ending) for ending in STATIC_TYPES)
    }


@cache
def _static_version() -> str:
    return sha256(b"".join(static_files().values())).hexdigest()[:12]


@cache
def _environment() -> "jinja2.Environment":
    import jinja2  # noqa: PLC0415  a help text needs none of it

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.filters |= {
        "shown": shown,
        "heading": heading,
        "percent": percent,
        "month": month,
        "marked": marked,
        "counted": counted,
        "reading": printable,
    }
    environment.globals |= {
        "version": __version__,
        "static_version": _static_version(),
        "pages": PAGES,
        "bar": bar_width,
        "items_address": filters_address,
        "zip": zip,
    }
    return environment


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Write a page from a template; whatever is put into it is escaped."""
    return HTMLResponse(_environment().get_template(template).render(**values), status)


def as_json(value: object) -> Response:
    """Answer with JSON."""
    # Without line breaks: Python writes those itself, which takes five times as long.
    text = json.dumps(value, default=str, ensure_ascii=False)
    return Response(text, media_type="application/json")


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Answer with a CSV file that a spreadsheet opens without running anything in it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.getvalue(), media_type="text/csv", headers=headers)


def shown(value: object, column: str = "") -> str:
    """Write a value as people read it."""
    if isinstance(value, list | tuple) and not isinstance(value, Rate):
        return ", ".join(shown(each) for each in value) or UNKNOWN
    return written(value, column)


def percent(share: float | None) -> str:
    """Write a share in percent, on one line."""
    return figures.percent(share).replace(" ", NO_BREAK)


def month(day: date) -> str:
    """Write a month, as Dec 2016."""
    return f"{day:%b %Y}"


def bar_width(count: int, most: int) -> float:
    """Compute the width of a bar."""
    return round(BAR * count / most, 2) if most else 0.0


def marked(passage: "Passage") -> list[tuple[str, bool]]:
    """Split a passage into pieces of text, each with whether it is marked."""
    pieces, place = [], 0
    for start, end in passage.marks:
        pieces += [(passage.text[place:start], False), (passage.text[start:end], True)]
        place = end
    return [(text, is_marked) for text, is_marked in [*pieces, (passage.text[place:], False)] if text]


def table_rows(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[Mapping[str, object]]:
    """Make a mapping of each row."""
    return [dict(zip(columns, row, strict=True)) for row in rows]
