"""Marts that add up: which SELECTs do, and that a mart changed by some letters is the one counted of all."""

from collections import Counter

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse import attached, sql_names
from warehouse.counting import count_in, count_out, figures
from warehouse.marts import Mart, mart

FIGURES = Mart(
    "figures",
    "What is said of each category",
    {},
    "SELECT category, count(*) AS items, count(*) FILTER (is_overturned) AS overturned,"
    " overturned / items AS overturn_rate, items / sum(items) OVER () AS share_of_items,"
    " count(DISTINCT determination_id) AS letters, sum(visits)::BIGINT AS visits"
    " FROM marts.items AS item GROUP BY category ORDER BY items DESC, category",
    adds_up=True,
)
ALONE = Mart(
    "figures",
    "What is said of each category and outcome",
    {},
    "SELECT category, is_overturned, count(*) AS items, sum(visits)::BIGINT AS all_visits,"
    " all_visits / items AS visits_each FROM marts.items AS item WHERE visits <> 3 GROUP BY category, is_overturned",
    adds_up=True,
)

ADDS_UP = [name for name in sql_names("models") if mart(name).adds_up]


def test_what_a_mart_that_adds_up_tells() -> None:
    told = figures(FIGURES.parsed)
    assert told.keys == ["category"]
    assert told.sums == ["items", "overturned", "letters", "visits"]
    shares = ["overturned / items AS overturn_rate", "items / SUM(items) OVER () AS share_of_items"]
    assert told.columns == ["category", "items", "overturned", *shares, "letters", "visits"]
    assert told.order.strip() == "ORDER BY items DESC, category"


@pytest.mark.parametrize(
    ("more", "is_alone"),
    [
        pytest.param("", True, id="rows in no order"),
        pytest.param(" ORDER BY items", False, id="rows in an order"),
    ],
)
def test_rows_in_an_order_follow_from_each_other(more: str, is_alone: bool) -> None:
    assert figures(sqlglot.parse_one(ALONE.select + more, dialect="duckdb")).is_alone is is_alone


def test_shares_of_all_follow_from_each_other() -> None:
    assert not figures(sqlglot.parse_one(FIGURES.select.partition(" ORDER BY")[0], dialect="duckdb")).is_alone


@pytest.mark.parametrize(
    ("column", "group"),
    [
        pytest.param("avg(age) AS mean_age", "GROUP BY category", id="a mean"),
        pytest.param("sum(share) AS shares", "GROUP BY category", id="a sum that rounds"),
        pytest.param("max(age) AS oldest", "GROUP BY category", id="a largest value"),
        pytest.param("median(age) AS median_age", "GROUP BY category", id="a median"),
        pytest.param("count(DISTINCT age) AS ages", "GROUP BY category", id="distinct values"),
        pytest.param("age / items AS share", "GROUP BY category", id="follows from something else"),
        pytest.param("sum(age) OVER () AS ages", "GROUP BY category", id="a share of something else"),
        pytest.param("1 AS one", "GROUP BY category HAVING items > 3", id="groups left out"),
        pytest.param("1 AS one", "GROUP BY category LIMIT 3", id="the first groups"),
        pytest.param("1 AS one", "", id="no groups"),
    ],
)
def test_a_mart_that_does_not_add_up_is_refused(column: str, group: str) -> None:
    select = f"SELECT category, count(*) AS items, {column} FROM marts.items {group}"
    with pytest.raises(ValueError, match="does not add up"):
        figures(sqlglot.parse_one(select, dialect="duckdb"))


@pytest.mark.parametrize("name", ADDS_UP)
def test_a_mart_that_says_so_adds_up(name: str) -> None:
    told = figures(mart(name).parsed)
    assert {*told.keys, *told.sums} <= set(mart(name).columns)
    assert len(told.columns) == len(mart(name).columns)


def test_some_marts_add_up() -> None:
    assert "guideline_sections" in ADDS_UP


LETTERS = "abcdef"
ITEM = st.tuples(
    st.sampled_from(LETTERS), st.sampled_from(["Surgery", "Injection", None]), st.booleans(), st.integers(0, 9)
)
Row = tuple[str, str | None, bool, int]


@pytest.mark.parametrize("figures_mart", [pytest.param(FIGURES, id="in order"), pytest.param(ALONE, id="alone")])
@settings(max_examples=25)
@given(before=st.lists(ITEM, max_size=12), now=st.lists(ITEM, max_size=12), cases=st.sets(st.sampled_from(LETTERS)))
def test_figures_of_some_letters_change_as_if_all_were_counted(
    tmp_path_factory: pytest.TempPathFactory,
    figures_mart: Mart,
    before: list[Row],
    now: list[Row],
    cases: set[str],
) -> None:
    """Letters that are none of the cases keep their items; the others get new ones, or lose all."""
    kept = [item for item in before if item[0] not in cases]
    come = [item for item in now if item[0] in cases]
    with attached(tmp_path_factory.mktemp("warehouse") / "imr.duckdb") as connection:
        _prepare(connection, figures_mart, before, cases)
        count_out(connection, figures_mart, "cases")
        connection.execute("DELETE FROM marts.items WHERE determination_id IN (FROM cases)")
        _insert(connection, come)
        count_in(connection, figures_mart, "cases")
        assert connection.execute("SELECT count(*) FROM marts.items").fetchall() == [(len(kept) + len(come),)]
        found, told = (connection.execute(query).fetchall() for query in ("FROM marts.figures", figures_mart.statement))
        assert found == told if "ORDER BY" in figures_mart.select else Counter(found) == Counter(told)
        assert connection.execute("SHOW TABLES").fetchall() == [("cases",)]


def _prepare(connection: duckdb.DuckDBPyConnection, figures_mart: Mart, items: list[Row], cases: set[str]) -> None:
    for schema in ("imr", "codes", "marts"):
        connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(
        "CREATE TABLE marts.items (determination_id VARCHAR, category VARCHAR, is_overturned BOOLEAN, visits INTEGER)"
    )
    _insert(connection, items)
    connection.execute(f"CREATE TABLE marts.figures AS {figures_mart.select}")
    connection.execute("CREATE TEMP TABLE cases (determination_id VARCHAR)")
    for case in cases:
        connection.execute("INSERT INTO cases VALUES (?)", [case])


def _insert(connection: duckdb.DuckDBPyConnection, items: list[Row]) -> None:
    for item in items:
        connection.execute("INSERT INTO marts.items VALUES (?, ?, ?, ?)", item)
