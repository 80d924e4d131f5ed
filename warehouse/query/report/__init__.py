"""The report: one HTML file that answers from the marts, with charts, tables, coverage and definitions.

Belongs here: which sections there are, how their rows become tables, CSV and charts' data, and the page they stand on.
Does not belong here: the figures themselves (`warehouse/sql/marts`), how a chart is drawn
(`warehouse.query.report.charts`).

A section is an SQL file in `sections/`, in the order of their names: `-- title:`, `-- read:` (how to read it),
`-- chart:` (a kind of `charts.KINDS` and the columns it draws, or none), then one SELECT over `marts`. The parameter
`$year` is a year of decision or null for all.
"""

import contextlib
import csv
import io
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from imr_etl.errors import RunError, not_written
from imr_etl.spreadsheets import cell
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths
from imr_etl.terminal import printable
from warehouse import sql, sql_names
from warehouse.build.marts import mart, mart_lineage, source
from warehouse.query.connect import reading

ROWS_SHOWN = 30
"""Rows of a table that the page shows at once; the others are folded in behind them."""

Cell = str | int | float | bool | date | None


@dataclass(frozen=True)
class Section:
    """A section of the report: what it is called, how to read it, its columns and rows, and its chart's data."""

    name: str
    title: str
    read: str
    columns: list[str]
    rows: list[tuple[Cell, ...]]
    chart: dict[str, Any] | None

    @cached_property
    def numeric(self) -> set[int]:
        """Places of the columns that hold numbers, which stand right-aligned."""
        return {
            place
            for place in range(len(self.columns))
            if any(isinstance(row[place], int | float) and not isinstance(row[place], bool) for row in self.rows)
        }

    @property
    def csv(self) -> str:
        """The whole table as a link that a browser saves as a CSV file."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([cell(value) for value in row] for row in self.rows)
        return "data:text/csv;charset=utf-8;base64," + b64encode(text.getvalue().encode()).decode()


def write_report(warehouse: Path, out: Path, year: int | None = None) -> None:
    """Write the report of a warehouse as one HTML file, of one year of decision or of all.

    Raises RunError where there is no warehouse, where it has no marts or no letters of that year, and where the file
    cannot be written.
    """
    with reading(warehouse) as connection:
        page = render(connection, year, kept_program(DataPaths.at(warehouse.parent), out))
    beside = out.with_name(out.name + ".writing")
    try:
        beside.write_text(page, encoding="utf-8")
        beside.replace(out)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise not_written(error, out) from error


def render(connection: duckdb.DuckDBPyConnection, year: int | None = None, program: str | None = None) -> str:
    """The page over an open warehouse, with the JavaScript that draws charts, which is made where None is given."""
    import jinja2  # noqa: PLC0415  only the report needs it

    about = _about(connection, year)
    if year and not about["letters"]:
        raise RunError(f"There is nothing to report of {year}: the warehouse has no letters decided in that year.")
    sections = [_section(connection, name, year) for name in sql_names("report/sections")]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {"cell": shown_cell, "heading": heading}
    return environment.from_string(_file("page.html")).render(
        about=about,
        year=year,
        sections=sections,
        rows_shown=ROWS_SHOWN,
        lineage=_lineage(),
        style=_file("page.css"),
        charts=in_script({section.name: section.chart for section in sections if section.chart}),
        program=_file("page.js"),
        vega=program or _program_of_charts(),
    )


def kept_program(paths: DataPaths, out: Path) -> str:
    """Read the JavaScript that draws charts from the data folder; make it if it is missing.

    It is kept there only if the report is written there too: whoever only reads a warehouse writes nothing beside it.
    """
    kept = paths.program_of_charts(version("vl-convert-python"))
    with contextlib.suppress(OSError):
        return kept.read_text(encoding="utf-8")
    program = _program_of_charts()
    if out.parent != paths.root:
        return program
    with contextlib.suppress(OSError):
        for older in kept.parent.glob(paths.program_of_charts("*").name):
            older.unlink()
        parquet.write_bytes(program.encode(), kept)
    return program


def _program_of_charts() -> str:
    import vl_convert  # noqa: PLC0415  loads an engine of 80 MB

    return str(vl_convert.javascript_bundle())  # type: ignore[call-arg]  # its stub forgets the default


def shown_cell(value: Cell, column: str) -> str:
    """A value as the page shows it: shares in per cent, numbers with commas, what a letter says without commands."""
    match value:
        case None:
            shown = "\u2013"
        case bool():
            shown = "yes" if value else "no"
        case float():
            shown = f"{100 * value:.1f} %" if _is_share(column) else f"{value:,.1f}"
        case int():
            shown = str(value) if "year" in column else f"{value:,}"
        case _:
            shown = printable(str(value)).replace("\n", " ")
    return shown


def heading(column: str) -> str:
    """A column's name as a heading."""
    words = column.replace("_", " ").replace("ur ", "UR ").replace("p90", "90th percentile of")
    return words[:1].upper() + words[1:]


def in_script(value: object) -> str:
    """JSON that may stand within a script element: nothing in it can end the element."""
    text = json.dumps(value, default=str, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _about(connection: duckdb.DuckDBPyConnection, year: int | None) -> dict[str, Any]:
    """What the head of the page says of the warehouse."""
    found = connection.execute(sql("report/about"), {"year": year})
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchall()[0], strict=True))


def _section(connection: duckdb.DuckDBPyConnection, name: str, year: int | None) -> Section:
    from warehouse.query.report.charts import chart  # noqa: PLC0415  altair loads in 0.3 s

    text = sql(f"report/sections/{name}")
    head = dict(re.findall(r"^-- (title|read|chart): (.+)$", text, re.MULTILINE))
    found = connection.execute(text, {"year": year} if "$year" in text else {})
    columns = [column[0] for column in found.description]
    rows = found.fetchall()
    kind, *drawn = head["chart"].split()
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    spec = None if kind == "none" or not data else chart(kind, data, drawn)
    slug = name.partition("_")[2].replace("_", "-")
    return Section(slug, head["title"], head["read"], columns, rows, spec)


def _lineage() -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Each mart, what a row is, and its columns with what they hold and where they come from."""
    return [
        (
            name,
            mart(name).description,
            [(column["name"], mart(name).columns[column["name"]], source(column, own)) for column in own["columns"]],
        )
        for name, own in mart_lineage().items()
    ]


def _is_share(column: str) -> bool:
    return "rate" in column.split("_") or column.startswith("share_") or column == "disagreement"


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
