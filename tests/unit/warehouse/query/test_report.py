"""The report: its figures are the marts', it needs no network, and what letters say cannot act in it."""

import base64
import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_up_rows import made_up_letters, rows_of
from parquet_rows import write_rows

from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse import attached, sql, sql_names
from warehouse.build.build import build
from warehouse.query.report import in_script, render, shown_cell, write_report
from warehouse.query.report.charts import KINDS

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \x1b[2J=1+1"


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
    paths = DataPaths.at(tmp_path_factory.mktemp("report"))
    rows = rows_of(made_up_letters(seed=2, count=60))
    for number, item in enumerate(rows["disputed_items"]):
        if number < 5:
            item |= {"request": HOSTILE, "disputed": HOSTILE}
        elif number < 10:
            item |= {"disputed": "=HYPERLINK(1)"}
    write_rows(paths, **rows)
    build(paths)
    return paths


@pytest.fixture(scope="module")
def connection(paths: DataPaths) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(attached(paths.warehouse, read_only=True)) as connection:
        yield connection


@pytest.fixture(scope="module")
def page(connection: duckdb.DuckDBPyConnection) -> str:
    return render(connection)


class _Page(HTMLParser):
    """The elements of a page, and its tables by the section they stand in."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.files: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.elements.append((tag, named))
        if tag == "a" and "download" in named:
            self.files[str(named["download"])] = base64.b64decode(str(named["href"]).partition(",")[2]).decode()


@pytest.fixture(scope="module")
def parsed(page: str) -> _Page:
    parser = _Page()
    parser.feed(page)
    return parser


def saved(parsed: _Page, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(parsed.files[f"{name}.csv"])))


@pytest.mark.parametrize("name", sql_names("report/sections"))
def test_a_section_saves_all_its_rows(connection: duckdb.DuckDBPyConnection, parsed: _Page, name: str) -> None:
    text = sql(f"report/sections/{name}")
    rows = connection.execute(text, {"year": None} if "$year" in text else {}).fetchall()
    assert rows
    assert len(saved(parsed, name.partition("_")[2].replace("_", "-"))) == len(rows)


def test_figures_are_those_of_the_marts(connection: duckdb.DuckDBPyConnection, page: str, parsed: _Page) -> None:
    ((items, share),) = connection.execute("SELECT count(*), avg(is_overturned::INT) FROM marts.items").fetchall()
    assert f"<dd>{items}</dd>" in page
    assert f"<dd>{100 * share:.1f} %</dd>" in page
    categories = saved(parsed, "categories")
    assert sum(int(row["items"]) for row in categories) == items
    for row in categories:
        assert float(row["overturn_rate"]) == pytest.approx(int(row["overturned"]) / int(row["items"]))


def test_a_year_has_its_letters_only(connection: duckdb.DuckDBPyConnection) -> None:
    ((items,),) = connection.execute("SELECT count(*) FROM marts.items WHERE decision_year = 2017").fetchall()
    parser = _Page()
    parser.feed(render(connection, 2017))
    assert {row["decision_year"] for row in saved(parser, "item-outcomes")} == {"2017"}
    assert sum(int(row["items"]) for row in saved(parser, "categories")) == items
    with pytest.raises(RunError, match="nothing to report of 2001"):
        render(connection, 2001)


def test_the_page_loads_nothing(parsed: _Page) -> None:
    for tag, attributes in parsed.elements:
        assert tag not in ("link", "iframe", "object", "embed")
        for name in ("src", "href", "action"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:text/csv")), (tag, value)


def test_what_a_letter_says_is_text(page: str, parsed: _Page) -> None:
    assert "alert(1)" in page
    assert not [attributes for _, attributes in parsed.elements if "onerror" in attributes]
    assert sum(tag == "script" for tag, _ in parsed.elements) == 2
    assert "vegaEmbed" in page
    assert "\x1b" not in page


def test_a_saved_cell_is_no_formula(parsed: _Page) -> None:
    assert "'=HYPERLINK(1)" in {row["request"] for row in saved(parsed, "frequent-requests")}


def test_json_within_a_script_cannot_end_it() -> None:
    assert "<" not in in_script({"a": "</script><!--"})


@pytest.mark.parametrize(
    ("value", "column", "shown"),
    [
        (None, "items", "\u2013"),
        (0.0837, "overturn_rate", "8.4 %"),
        (2.25, "items_per_letter", "2.2"),
        (2017, "decision_year", "2017"),
        (12345, "items", "12,345"),
        (True, "is_california_licensed", "yes"),
        ("a\x1bb", "request", "a\\x1bb"),
    ],
)
def test_how_a_value_is_shown(value: Any, column: str, shown: str) -> None:
    assert shown_cell(value, column) == shown


@pytest.mark.parametrize("name", sql_names("report/sections"))
def test_a_section_reads_marts_only_and_says_how_to_read_it(name: str) -> None:
    text = sql(f"report/sections/{name}")
    head = dict(re.findall(r"^-- (title|read|chart): (.+)$", text, re.MULTILINE))
    assert set(head) == {"title", "read", "chart"}
    assert head["chart"].split()[0] in {*KINDS, "none"}
    assert set(re.findall(r"(?:FROM|JOIN)\s+(\w+)\.", text)) == {"marts"}


def test_a_report_is_written_whole_or_not_at_all(paths: DataPaths, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.write_text("the old one")
    with pytest.raises(RunError):
        write_report(paths.warehouse, out, 2001)
    assert out.read_text() == "the old one"
    write_report(paths.warehouse, out)
    assert out.read_text().startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_what_stands_in_the_way_of_a_report(paths: DataPaths, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="There is no warehouse"):
        write_report(tmp_path / "imr.duckdb", tmp_path / "report.html")
    with pytest.raises(RunError, match="cannot be written"):
        write_report(paths.warehouse, tmp_path / "missing" / "report.html")
    garbage = tmp_path / "imr.duckdb"
    garbage.write_bytes(b"no database")
    with pytest.raises(RunError, match="is no warehouse"):
        write_report(garbage, tmp_path / "report.html")
    garbage.unlink()
    duckdb.connect(str(garbage)).close()
    with pytest.raises(RunError, match="is older than this imr-etl"):
        write_report(garbage, tmp_path / "report.html")
