"""What the pages show: counts that agree with the items behind them, formats, letters, new publications."""

import csv
import io
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest import mock

import duckdb
import pytest
from starlette.testclient import TestClient

from imr_etl.intervals import share_interval
from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build
from warehouse.build.marts import CASE, mart, mart_names
from warehouse.build.publish import writers_kept_out
from warehouse.query.questions import question_names
from warehouse.query.web import front, summary
from warehouse.query.web.app import create_app
from warehouse.query.web.figures import item_links
from warehouse.query.web.summary import DIMENSIONS

HERE = "http://127.0.0.1:8017"
FOLLOWED = 4
"""Rows of a table whose links are followed."""

Item = tuple[str, bool, str | None]


@pytest.fixture(scope="module")
def items(made_up: DataPaths) -> list[Item]:
    with duckdb.connect(made_up.warehouse, read_only=True) as connection:
        return connection.execute("SELECT determination_id, is_overturned, category FROM marts.items").fetchall()


def found(page: TestClient, address: str) -> int:
    answer = page.get(address + ("&" if "?" in address else "?") + "format=json")
    assert answer.status_code == 200, answer.text
    count: int = answer.json()["items"]
    return count


def letters_of(items: list[Item]) -> list[tuple[int, int]]:
    all_items, overturned = Counter(item[0] for item in items), Counter(item[0] for item in items if item[1])
    return [(number, overturned[letter]) for letter, number in all_items.items()]


def test_rates_are_those_of_a_plain_count(page: TestClient, made_up: DataPaths, items: list[Item]) -> None:
    by_category: dict[str, list[Item]] = {}
    for item in items:
        if item[2]:
            by_category.setdefault(item[2], []).append(item)
    with duckdb.connect(made_up.warehouse, read_only=True) as connection:
        ((rho,),) = connection.execute("FROM marts.item_correlation").fetchall()
    rows = page.get("/counts/category?format=json").json()["rows"]
    assert {row["category"] for row in rows} == set(by_category)
    for row in rows:
        letters = letters_of(by_category[row["category"]])
        assert row["items"] == sum(n for n, _ in letters)
        assert row["letters"] == len(letters)
        assert row["overturned"] == sum(y for _, y in letters)
        interval = share_interval(letters, rho)
        if len(letters) < 5:
            assert row["overturn_rate"] is row["rate_low"] is None
        else:
            assert interval
            assert (row["rate_low"], row["rate_high"]) == pytest.approx(interval)


def test_the_front_page_says_which_letters_it_searches(page: TestClient, made_up: DataPaths) -> None:
    with duckdb.connect(made_up.warehouse, read_only=True) as connection:
        ((letters,),) = connection.execute("SELECT count(*) FROM marts.letters").fetchall()
    assert f"This page searches {letters:,} letters" in page.get("/").text
    assert "This page searches" not in page.get("/?sex=female").text


def test_the_page_about_shows_text_not_markdown(page: TestClient) -> None:
    accuracy = page.get("/about").text.partition('id="accuracy"')[2].partition("<h2>")[0]
    assert "operations.md" in accuracy
    assert "](" not in accuracy


@pytest.mark.parametrize("name", DIMENSIONS)
def test_a_count_is_what_its_filter_finds(page: TestClient, name: str) -> None:
    rows = page.get(f"/counts/{name}?format=json").json()["rows"]
    assert rows or name.startswith("diagnosis")  # The made-up letters have none.
    for row in rows[:FOLLOWED]:
        assert page.get("/", params={name: row[name], "format": "json"}).json()["items"] == row["items"], row
    few = page.get(f"/counts/{name}?sex=female&q=the&format=json").json()["rows"]
    for row in few[:2]:
        parameters = {name: row[name], "q": "the", "sex": "female", "format": "json"}
        if name != "sex":
            assert page.get("/", params=parameters).json()["items"] == row["items"], row


TABLES = [f"mart/{name}" for name in mart_names() if CASE not in mart(name).columns]
TABLES += [f"question/{name}" for name in question_names()]


@pytest.mark.parametrize("name", TABLES)
def test_a_number_of_a_figure_is_what_its_link_finds(page: TestClient, name: str) -> None:
    assert page.get(f"/figures/{name}").status_code == 200
    text = page.get(f"/figures/{name}").text
    rows = page.get(f"/figures/{name}?format=json").json()["rows"]
    followed = 0
    for row in rows:
        for column, address in item_links(name.partition("/")[2], _with_dates(row)).items():
            if address.replace("&", "&amp;") in text and followed < FOLLOWED:
                assert found(page, address) == row[column], (row, address)
                followed += 1


def _with_dates(row: dict[str, object]) -> dict[str, object]:
    """Take back the dates that JSON has as text."""
    return {
        name: date.fromisoformat(value) if isinstance(value, str) and name in ("starts", "decision_month") else value
        for name, value in row.items()
    }


def test_many_items_are_counted_and_their_letters_estimated(made_up: DataPaths, items: list[Item]) -> None:
    few = replace(front.BOUNDS, gathered=10)
    with mock.patch.object(front, "BOUNDS", few), mock.patch.object(summary, "SAMPLED_LETTERS", len(items) // 2):
        client = TestClient(create_app(made_up), base_url=HERE)
        rows = client.get("/counts/category?format=json").json()["rows"]
        text = client.get("/").text
    counted = Counter(item[2] for item in items if item[2])
    overturned = Counter(item[2] for item in items if item[2] and item[1])
    assert {row["category"]: (row["items"], row["overturned"]) for row in rows} == {
        name: (number, overturned[name]) for name, number in counted.items()
    }
    assert "in about" in text


@pytest.mark.parametrize("address", ["/?q=the", "/counts/treatment", "/figures/mart/coverage", "/review"])
def test_every_view_is_csv_and_json(page: TestClient, address: str) -> None:
    more = "&" if "?" in address else "?"
    as_json = page.get(f"{address}{more}format=json").json()
    answer = page.get(f"{address}{more}format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(as_json["rows"] if isinstance(as_json, dict) else as_json)


def test_pages_of_hits_follow_each_other(page: TestClient) -> None:
    for order in ("best", "newest"):
        whole = page.get(f"/?q=the&order={order}&format=json").json()["rows"]
        first = page.get(f"/?q=the&order={order}").text
        second = page.get(f"/?q=the&order={order}&page=2").text
        for text, rows in ((first, whole[:20]), (second, whole[20:40])):
            places = [text.index(f"/letter/{row['determination_id']}#item-{row['item_number']}") for row in rows]
            assert places == sorted(places)
    assert [row["decision_date"] or "" for row in whole] == sorted(
        (row["decision_date"] or "" for row in whole), reverse=True
    )


def test_a_letter_without_its_file_shows_a_sentence(page: TestClient, items: list[Item]) -> None:
    case = items[0][0]
    answer = page.get(f"/letter/{case}")
    assert answer.status_code == 200
    assert "not where it was" in answer.text
    rows = page.get(f"/letter/{case}?format=json").json()
    assert rows["determination"]["determination_id"] == case
    assert len(rows["disputed_items"]) == sum(item[0] == case for item in items)
    assert "uri" not in rows["file"]
    assert page.get(f"/file/{rows['file']['sha256']}/letter").status_code == 404
    assert page.get("/letter/CM99-9999999").status_code == 404
    assert page.get("/file/none").status_code == 404


@pytest.fixture
def open_files() -> Callable[[], list[str]]:
    """List the files that this process has open."""

    def run() -> Iterator[str]:
        for entry in Path("/proc/self/fd").iterdir():
            try:
                yield str(entry.readlink())
            except OSError:
                continue

    return lambda: list(run())


def test_a_new_publication_is_noticed(
    built: DataPaths, put: Callable[..., None], open_files: Callable[[], list[str]]
) -> None:
    with TestClient(create_app(built), base_url=HERE) as client:
        before = found(client, "/")
        for _ in range(2):
            assert client.get("/?q=x").status_code == 200
            with writers_kept_out(built):
                pass
        case = "CM16-0030003"
        put(
            "CM16-003",
            letter_files=[{"sha256": "c", "case_number": case, "block": "CM16-003"}],
            letter_reads=[{"sha256": "c"}],
            letter_parses=[{"sha256": "c"}],
            determinations=[
                {"sha256": "c", "determination_id": case, "case_number": case, "outcome": "upheld", "item_count": 1}
            ],
            disputed_items=[{"sha256": "c", "item_number": 1}],
        )
        build(built)
        assert found(client, "/") == before + 1
        assert f"{before + 1} items" in client.get("/").text
        assert client.get(f"/letter/{case}").status_code == 200
    assert not [file for file in open_files() if str(built.root) in file and "imr.duckdb" in file]


def test_rows_that_are_asked_for_again_are_not_read_again(page: TestClient) -> None:
    with mock.patch.object(front, "search", wraps=front.search) as asked:
        answers = [page.get("/", params={"q": "therapy", "format": form}) for form in ("json", "json", "csv", "json")]
    assert asked.call_count == 3
    assert answers[0].content == answers[1].content == answers[3].content
    assert answers[0].headers["content-type"] == answers[1].headers["content-type"] == "application/json"
    assert answers[2].headers["content-disposition"].startswith("attachment")


def test_the_end_waits_for_what_is_computed_ahead(made_up: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends while DuckDB computes for a thread is aborted."""
    begun, steps = threading.Event(), []

    def slow(_: object) -> None:
        begun.set()
        time.sleep(0.3)
        steps.append("computed")

    monkeypatch.setattr(front, "warm", slow)
    with TestClient(create_app(made_up), base_url=HERE):
        begun.wait(10)
    steps.append("ended")
    assert steps == ["computed", "ended"]


def test_without_a_warehouse_is_a_sentence(tmp_path: Path) -> None:
    answer = TestClient(create_app(DataPaths.at(tmp_path)), base_url=HERE).get("/")
    assert answer.status_code == 503
    assert "There is no warehouse" in answer.text
