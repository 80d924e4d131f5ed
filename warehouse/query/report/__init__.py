"""The report: one HTML file that answers from the marts, with charts, tables, coverage and definitions.

Belongs here: which sections there are, how their rows become tables, CSV and charts' data, and the page they stand on.
Does not belong here: the figures themselves (`warehouse/sql`), how a chart is drawn (`warehouse.query.report.charts`),
which findings open the page (`warehouse.query.report.findings`).

A section is an SQL file in `sections/`, in the order of their names: `-- title:`, `-- read:` (how to read it),
`-- chart:` (a kind of `charts.KINDS` and the columns it draws, or none), then `-- question:` and the name of a
question, whose answer it is, or one SELECT over `marts`. The parameter `$year` is a year of decision or null for all.
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
from warehouse.query.figures import Rate, heading, is_total, percent, with_intervals, written
from warehouse.query.questions import bound, question, select_of
from warehouse.query.report.findings import key_findings

ROWS_SHOWN, MOST_ROWS = 30, 1000
"""Rows of a table that the page shows at once, and that it has; the CSV file has all."""

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
    chart_text: str

    @cached_property
    def table(self) -> "Table":
        """Lay out the table as the page shows it."""
        return Table.of(self.columns, self.rows)

    @property
    def named_rows(self) -> list[dict[str, Cell]]:
        """Map the rows by the names of their columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def csv(self) -> str:
        """Write the whole table as a link that a browser saves as a CSV file."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([cell(value) for value in row] for row in self.rows)
        return "data:text/csv;charset=utf-8;base64," + b64encode(text.getvalue().encode()).decode()


@dataclass(frozen=True)
class Table:
    """A table of the page: headings with their class, and rows of cells, each with what it shows and sorts by."""

    headings: list[tuple[str, str]]
    rows: list[tuple[bool, list[tuple[str, str, str | float]]]]

    @classmethod
    def of(cls, columns: list[str], rows: list[tuple[Cell, ...]]) -> "Table":
        """Lay out rows; the first rate stays in sight on narrow screens, rates of few letters sort after others."""
        names, cells = with_intervals(columns, rows)
        shares = [place for place, _ in enumerate(names) if any(isinstance(row[place], Rate) for row in cells)]
        classes = []
        for place in range(len(names)):
            numbers = (int, float, Rate)
            is_number = any(isinstance(row[place], numbers) and not isinstance(row[place], bool) for row in cells)
            classes.append(("n" if is_number else "") + (" rate" if shares and place == shares[0] else ""))

        def key(row: list[object], place: int) -> str | float:
            match row[place]:
                case None | Rate(share=None):
                    return ""
                case Rate(share=float(share), note=note):
                    return "" if note else share
                case bool() | int() | float() as number:
                    return float(number)
                case value:
                    return printable(str(value)).lower()

        return cls(
            [(heading(name, has_interval=place in shares), classes[place]) for place, name in enumerate(names)],
            [
                (
                    any(map(is_total, row[:2])),
                    [(_shown(row[place], name), classes[place], key(row, place)) for place, name in enumerate(names)],
                )
                for row in cells
            ],
        )


def _shown(value: object, column: str) -> str:
    """Write a cell; a rate breaks between its parts only."""
    text = written(value, column)
    if not isinstance(value, Rate):
        return text
    return re.sub(r"\(.+?\)| %", lambda part: part[0].replace(" ", "\u00a0"), text)


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
    """Write the page over an open warehouse; the JavaScript that draws charts is made where None is given."""
    import jinja2  # noqa: PLC0415  only the report needs it

    about = read_about(connection, year)
    if year and not about["letters"]:
        raise RunError(f"There is nothing to report of {year}: the warehouse has no letters decided in that year.")
    sections = [_section(connection, name, year) for name in sql_names("report/sections")]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {"cell": written}
    rows = {section.name: section.named_rows for section in sections}
    return environment.from_string(_file("page.html")).render(
        about=about,
        year=year,
        opening=opening(about),
        findings=key_findings(about, rows),
        rate=Rate(about["overturn_rate"], about["overturn_rate_low"], about["overturn_rate_high"]),
        sections=sections,
        rows_shown=ROWS_SHOWN,
        most_rows=MOST_ROWS,
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


def opening(about: dict[str, Any], subject: str = "This report is about") -> str:
    """Say in one sentence which letters the report, or another subject, is about: claims, dates, share of all."""
    first, last = about["first_decision"], about["last_decision"]
    dates = f"decided from {first.day} {first:%b %Y} to {last.day} {last:%b %Y}" if first else "without a decision date"
    share = (
        f"{percent(about['share_of_published_letters'])} of the letters that were published as decided in"
        f" {' and '.join(about['published_years'].rsplit(', ', 1))}"
        if about["share_of_published_letters"] is not None
        else "how many letters were published in that time is not known here"
    )
    return (
        f"{subject} {about['letters']:,} letters on claims in California's workers' compensation, {dates},"
        f" with {about['items']:,} disputed items: {share}."
    )


def in_script(value: object) -> str:
    """Write JSON that may stand within a script element: nothing in it can end the element."""
    text = json.dumps(value, default=str, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def read_about(connection: duckdb.DuckDBPyConnection, year: int | None) -> dict[str, Any]:
    """Read what the head of the report, and the page About, say of a warehouse, or of one year of it."""
    found = connection.execute(sql("report/about"), {"year": year})
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchall()[0], strict=True))


def _section(connection: duckdb.DuckDBPyConnection, name: str, year: int | None) -> Section:
    from warehouse.query.report.charts import chart  # noqa: PLC0415  altair loads in 0.3 s

    text = sql(f"report/sections/{name}")
    head = dict(re.findall(r"^-- (title|read|chart|question): (.+)$", text, re.MULTILINE))
    if "question" in head:
        first, last = (date(year, 1, 1), date(year, 12, 31)) if year else (None, None)
        values = {"from": first, "to": last, "treatment": None}
        select = select_of(question(head["question"]), values)
        found = connection.execute(select, bound(select, values))
    else:
        found = connection.execute(text, {"year": year} if "$year" in text else {})
    columns = [column[0] for column in found.description]
    rows = found.fetchall()
    kind, *drawn = head["chart"].split()
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    spec = None if kind == "none" or not data else chart(kind, data, drawn)
    slug = name.partition("_")[2].replace("_", "-")
    return Section(slug, head["title"], head["read"], columns, rows, *(spec or (None, "")))


def _lineage() -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """List each mart, what a row is, and its columns with what they hold and where they come from."""
    return [
        (
            name,
            mart(name).description,
            [(column["name"], mart(name).columns[column["name"]], source(column, own)) for column in own["columns"]],
        )
        for name, own in mart_lineage().items()
    ]


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
