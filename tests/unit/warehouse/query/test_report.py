"""The report: its figures are the marts', it needs no network, and what letters say cannot act in it."""

import base64
import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import pytest
from made_up_rows import made_up_letters, rows_of
from parquet_rows import write_rows

from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse import attached, sql, sql_names
from warehouse.build.build import build
from warehouse.query.figures import Rate, heading, with_intervals, written
from warehouse.query.questions import bound, question
from warehouse.query.report import Table, _section, in_script, opening, render, write_report
from warehouse.query.report.charts import KINDS, chart
from warehouse.query.report.findings import key_findings

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


def select_of(name: str) -> tuple[str, dict[str, Any]]:
    """The SELECT of a section and its parameters, for all years."""
    text = sql(f"report/sections/{name}")
    if asked := re.search(r"^-- question: (.+)$", text, re.MULTILINE):
        text = question(asked[1]).select
    return text, bound(text, dict.fromkeys(("year", "from", "to", "treatment")))


@pytest.mark.parametrize("name", sql_names("report/sections"))
def test_a_section_saves_all_its_rows(connection: duckdb.DuckDBPyConnection, parsed: _Page, name: str) -> None:
    rows = connection.execute(*select_of(name)).fetchall()
    assert rows or name == "14_published"
    if not rows:
        return
    assert len(saved(parsed, name.partition("_")[2].replace("_", "-"))) == len(rows)


def test_figures_are_those_of_the_marts(connection: duckdb.DuckDBPyConnection, page: str, parsed: _Page) -> None:
    ((items, share),) = connection.execute("SELECT count(*), avg(is_overturned::INT) FROM marts.items").fetchall()
    assert f"<dd>{items}</dd>" in page
    assert f"<dd>{100 * share:.1f} %</dd>" in page
    categories = saved(parsed, "categories")
    assert sum(int(row["items"]) for row in categories) == items
    for row in categories:
        share = pytest.approx(int(row["overturned"]) / int(row["items"]))
        assert row["overturn_rate"] == "" if int(row["letters"]) < 5 else float(row["overturn_rate"]) == share


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
        (None, "decision_month", "no date"),
        (date(2016, 12, 1), "decision_month", "Dec 2016"),
        (date(2016, 12, 1), "first_decision", "2016-12-01"),
        (0.0837, "overturn_rate", "8.4 %"),
        (0.0001, "share_of_published_letters", "under 0.1 %"),
        (2.25, "items_per_letter", "2.2"),
        (2017, "decision_year", "2017"),
        (12345, "items", "12,345"),
        (True, "is_california_licensed", "yes"),
        ("a\x1bb", "request", "a\\x1bb"),
        (Rate(0.1, 0.05, 0.2, None), "overturn_rate", "10.0 % (5.0 to 20.0)"),
        (Rate(0.1, 0.05, 0.2, "few letters"), "overturn_rate", "10.0 % (5.0 to 20.0), few letters"),
        (Rate(None, None, None, "under 5 letters"), "overturn_rate", "under 5 letters"),
    ],
)
def test_how_a_value_is_shown(value: Any, column: str, shown: str) -> None:
    assert written(value, column) == shown


def test_headings() -> None:
    assert heading("our_share", has_interval=True) == "Our share (95 % interval)"
    assert heading("ur_basis") == "UR basis"


def test_a_rate_its_interval_and_its_note_are_one_column() -> None:
    columns = ["a", "rate_before", "overturn_rate_since", "overturn_rate_since_low", "overturn_rate_since_high"]
    names, rows = with_intervals([*columns, "note_since", "note"], [("x", 0.5, 0.2, 0.1, 0.3, "few letters", "n")])
    assert names == ["a", "rate_before", "overturn_rate_since", "note"]
    assert rows == [["x", 0.5, Rate(0.2, 0.1, 0.3, "few letters"), "n"]]


RATED = [
    "category",
    "letters",
    "items",
    "overturned",
    "overturn_rate",
    "overturn_rate_low",
    "overturn_rate_high",
    "note",
]


def rated(category: str, letters: int, share: float | None, low: float = 0.0, high: float = 1.0) -> tuple[Any, ...]:
    note = "under 5 letters" if letters < 5 else "few letters" if letters < 20 else None
    ends = (None, None) if share is None else (low, high)
    return (category, letters, 100, round(100 * (share or 0)), share, *ends, note)


def test_rates_of_few_letters_sort_behind_all_others_and_totals_are_marked() -> None:
    rows = [rated("A", 30, 0.1), rated("B", 6, 0.9), rated("C", 2, None), rated("all items", 38, 0.2)]
    table = Table.of(RATED, rows)
    assert [title for title, _ in table.headings][-1] == "Overturn rate (95 % interval)"
    assert [(is_total, row[-1][2]) for is_total, row in table.rows] == [
        (False, 0.1),
        (False, ""),
        (False, ""),
        (True, 0.2),
    ]


def test_charts_are_as_vega_lite_wants_them(made_up: DataPaths) -> None:
    with closing(attached(made_up.warehouse, read_only=True)) as connection:
        sections = [_section(connection, name, None) for name in sql_names("report/sections")]
    drawn = [section.chart for section in sections if section.chart]
    assert len(drawn) > 8
    for specification in drawn:
        alt.LayerChart.from_dict(specification)


def test_a_chart_draws_no_rate_of_under_five_letters_and_says_what_it_draws() -> None:
    rows = [rated("A", 30, 0.1, 0.05, 0.2), rated("C", 2, None), rated("all items", 38, 0.2)]
    drawn = chart("rates", [dict(zip(RATED, row, strict=True)) for row in rows], ["category"])
    assert drawn
    assert drawn[1] == "A: 10.0 % (5.0 to 20.0), 30 letters"
    assert '"C"' not in in_script(drawn[0])
    assert chart("rates", [dict(zip(RATED, rated("C", 2, None), strict=True))], ["category"]) is None


def test_a_heat_map_shades_the_rate_that_it_prints() -> None:
    rows = [
        {"ur_basis": "MTUS", "reviewer_basis": "none", "letters": 9, "items": 10, "overturn_rate": 0.5, "note": None},
        {"ur_basis": None, "reviewer_basis": "MTUS", "letters": 2, "items": 90, "overturn_rate": None, "note": None},
    ]
    drawn = chart("grid", rows, ["ur_basis", "reviewer_basis"])
    assert drawn
    values = drawn[0]["layer"][0]["data"]["values"] if "data" in drawn[0]["layer"][0] else drawn[0]["data"]["values"]
    assert [(row["label"], row["shade"]) for row in values] == [
        ("50 % of 10 (9 letters)", 0.5),
        ("90 (2 letters)", 0.0),
    ]


ABOUT = {"letters": 60, "items": 300, "overturned": 30, "overturn_rate": 0.1} | {
    "overturn_rate_low": 0.05,
    "overturn_rate_high": 0.2,
}


def findings(letters: int) -> list[str]:
    """Findings of a category, a reason, sizes and modifications that all differ, of so many letters."""
    category = dict(zip(RATED, rated("Surgery", letters, 0.5, 0.4, 0.6), strict=True))
    sizes = [category | {"items_in_letter": "1"}, category | {"items_in_letter": "5 to 9", "overturn_rate_high": 0.1}]
    shares = {f"share_of_items{end}": 0.3 for end in ("", "_low", "_high")}
    reason = category | shares | {"reason": "x", "meaning": "X", "items_upheld": 90, "letters_upheld": letters}
    modified = {"category": "all items"}
    for name in ("modified", "denied"):
        rates = {f"{name}_overturn_rate{end}": 0.3 for end in ("", "_low", "_high")}
        modified |= rates | {name: 9, f"{name}_letters": letters}
    sections = {"categories": [category], "reasons": [reason], "items-in-letter": sizes, "modifications": [modified]}
    return key_findings(ABOUT, sections)


def test_findings_are_at_most_five_and_none_is_of_under_twenty_letters() -> None:
    found = findings(20)
    assert len(found) == 5
    for sentence in found:
        assert re.search(r"\d+ items", sentence)
        assert re.search(r"\d+ letters", sentence)
        assert re.search(r"95 % interval [\d.]+ to [\d.]+ %", sentence)
    assert findings(19) == found[:1]
    assert key_findings(ABOUT | {"letters": 19}, {}) == []


def test_the_page_opens_with_the_claims_that_it_is_about(page: str, connection: duckdb.DuckDBPyConnection) -> None:
    ((first, letters),) = connection.execute("SELECT min(decision_date), count(*) FROM marts.letters").fetchall()
    assert f"This report is about {letters} letters on claims in California" in page
    assert f"decided from {first.day} {first:%b %Y} to " in page
    about = {"letters": 3, "items": 4, "first_decision": None, "last_decision": None}
    unknown = about | {"share_of_published_letters": None, "published_years": None}
    assert "without a decision date, with 4 disputed items: how many" in opening(unknown)


@pytest.mark.parametrize("name", sql_names("report/sections"))
def test_a_section_reads_marts_only_and_says_how_to_read_it(name: str) -> None:
    text = sql(f"report/sections/{name}")
    head = dict(re.findall(r"^-- (title|read|chart|question): (.+)$", text, re.MULTILINE))
    assert set(head) - {"question"} == {"title", "read", "chart"}
    assert head["chart"].split()[0] in {*KINDS, "none"}
    assert set(re.findall(r"(?:FROM|JOIN)\s+(\w+)\.", text)) == (set() if "question" in head else {"marts"})


def test_administrative_tables_come_last() -> None:
    assert [name[3:] for name in sql_names("report/sections")[-3:]] == ["coverage", "published_totals", "problems"]


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
