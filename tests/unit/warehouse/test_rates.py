"""The macros of rates against plain loops, and how often their intervals hold the true rate."""

import random
from collections.abc import Iterator
from contextlib import closing
from statistics import mean
from typing import Any

import duckdb
import plain_rates
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imr_etl.intervals import correlation, share_interval
from warehouse import select_rows, sql
from warehouse.query.figures import letters_note

LETTERS = st.lists(st.integers(0, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=30)
ITEMS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from(["a", "b", None]),
        st.sampled_from([("x", "1"), ("x", None), (None, None)]),
        st.booleans(),
    ),
    min_size=1,
    max_size=60,
)
"""Letter, value that makes groups, treatment, whether overturned."""

CONNECTION: list[duckdb.DuckDBPyConnection] = []


@pytest.fixture(scope="module", autouse=True)
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect()) as connection:
        connection.execute(sql("load/rates"))
        connection.execute("CREATE SCHEMA marts")
        connection.execute("CREATE TABLE marts.item_correlation AS SELECT 0.3::DOUBLE AS rho")
        CONNECTION[:] = [connection]
        yield connection


def asked(query: str, *values: Any) -> list[tuple[Any, ...]]:
    return CONNECTION[0].execute(query, list(values)).fetchall()


def of_sql(groups: list[plain_rates.Counts], rho: float) -> list[tuple[Any, ...]]:
    """Share, ends of its interval and note of each group."""
    rows = [(place, n, y) for place, letters in enumerate(groups) for n, y in letters]
    query, values = select_rows(pl.DataFrame(rows, ["place", "n", "y"], orient="row"))
    return (
        CONNECTION[0]
        .execute(
            f"WITH counted AS (SELECT place::INTEGER AS place, n::BIGINT AS n, y::BIGINT AS y FROM ({query}))"
            f" SELECT share(n, y), share_low(n, y, {rho}), share_high(n, y, {rho}),"
            " letters_note(count(*) FILTER (n > 0)) FROM counted GROUP BY place ORDER BY place",
            values,
        )
        .fetchall()
    )


@settings(deadline=None)
@given(LETTERS.filter(bool), st.floats(0, 1))
def test_a_rate_is_that_of_a_plain_loop(letters: plain_rates.Counts, rho: float) -> None:
    low, high = plain_rates.interval(letters, rho)
    own = plain_rates.share(letters)
    expected = (own, low, high, plain_rates.note(sum(n > 0 for n, _ in letters)))
    ((*found, note),) = of_sql([letters], rho)
    assert (*found, note) == tuple(pytest.approx(v, abs=1e-6) if isinstance(v, float) else v for v in expected)
    if own is not None and low is not None and high is not None:
        counted = [(n, int(y)) for n, y in letters if n]
        assert share_interval(counted, rho) == pytest.approx((low, high), abs=1e-6)  # As the page shows it.
        assert -1e-9 <= low <= own + 1e-9
        assert own - 1e-9 <= high <= 1 + 1e-9


@settings(deadline=None)
@given(st.lists(LETTERS.filter(lambda letters: any(n for n, _ in letters)), min_size=1, max_size=5))
def test_the_correlation_is_that_of_a_plain_loop(groups: list[plain_rates.Counts]) -> None:
    rows = [(place, n, y) for place, letters in enumerate(groups) for n, y in letters if n]
    found = asked(
        "WITH cells AS (SELECT correlation_above(n, y) AS above, correlation_below(n, y) AS below"
        " FROM (SELECT unnest($1) AS place, unnest($2)::BIGINT AS n, unnest($3)::BIGINT AS y) GROUP BY place)"
        " SELECT correlation(above, below) FROM cells",
        *map(list, zip(*rows, strict=True)),
    )
    assert found == [(pytest.approx(plain_rates.correlation(groups), abs=1e-6),)]
    assert found == [(pytest.approx(correlation([[(n, int(y)) for n, y in letters] for letters in groups]), abs=1e-6),)]


def test_the_page_marks_rates_as_the_macros_do() -> None:
    numbers = list(range(30))
    assert asked("SELECT letters_note(unnest($1))", numbers) == [(letters_note(number),) for number in numbers]


@settings(deadline=None, max_examples=60)
@given(ITEMS)
def test_an_expected_rate_leaves_the_group_out(items: list[tuple[int, str | None, tuple[Any, ...], bool]]) -> None:
    rows = [(letter, value, *treatment, is_overturned) for letter, value, treatment, is_overturned in items]
    CONNECTION[0].execute("CREATE OR REPLACE TEMP TABLE item (l INTEGER, v VARCHAR, c VARCHAR, s VARCHAR, o BOOLEAN)")
    CONNECTION[0].executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", rows)
    found = asked("""
        WITH counted AS (
            SELECT v AS value, l AS determination_id, c AS category, s AS subcategory, count(*) AS n,
                count(*) FILTER (o) AS y,
                count(*) = sum(count(*)) OVER (PARTITION BY l, c, s) AS is_alone
            FROM item GROUP BY v, l, c, s
        ),
        cells AS (
            SELECT c AS category, s AS subcategory, count(DISTINCT l) AS letters, count(*) AS items,
                count(*) FILTER (o) AS overturned
            FROM item WHERE c IS NOT NULL GROUP BY c, s
        )
        SELECT value, items, items_compared, compared_overturn_rate, expected_overturn_rate
        FROM expected_rates('counted', 'cells')
    """)
    assert {row[0] for row in found} == {value for _, value, _, _ in items}
    for value, own, *figures in found:
        wanted = plain_rates.expected(
            items, lambda i, v=value: i[1] == v, lambda i: i[0], lambda i: i[2], lambda i: i[3]
        )
        assert own == sum(i[1] == value for i in items)
        assert figures == [pytest.approx(v) if isinstance(v, float) else v for v in wanted]


@pytest.mark.parametrize("letters", [8, 30, 67])
def test_intervals_hold_the_true_rate_nineteen_times_of_twenty(letters: int) -> None:
    """Letters of sizes as they are, the rate of each drawn around 12 %, so that items of one letter are alike."""
    rng = random.Random(letters)
    true, alike = 0.12, 0.35
    a, b = true * (1 / alike - 1), (1 - true) * (1 / alike - 1)
    groups: list[plain_rates.Counts] = []
    for _ in range(600):
        sizes = rng.choices([1, 2, 3, 4, 6, 10], [59, 20, 8, 5, 6, 2], k=letters)
        rates = [rng.betavariate(a, b) for _ in sizes]
        groups.append([(n, sum(rng.random() < p for _ in range(n))) for n, p in zip(sizes, rates, strict=True)])
    held = mean(low <= true <= high for _, low, high, _ in of_sql(groups, alike))
    assert held >= 0.93


def test_wilson() -> None:
    """Wilson (1927): 0 of 10 and 5 of 10."""
    ((low, high, half_low, half_high),) = asked(
        "SELECT wilson_low(0.0, 10), wilson_high(0.0, 10), wilson_low(0.5, 10), wilson_high(0.5, 10)"
    )
    assert (low, high) == pytest.approx((0, 0.2775), abs=1e-3)
    assert (half_low, half_high) == pytest.approx((0.2366, 0.7634), abs=1e-3)


def test_known_groups() -> None:
    """One item a letter is Wilson's interval with t; four letters have counts only; alike items widen it."""
    ((own, low, high, note),) = of_sql([[(1, 1)] * 6 + [(1, 0)] * 5], 0.5)
    assert (own, note) == (pytest.approx(6 / 11), "few letters")
    assert (low, high) == pytest.approx((0.2465, 0.8149), abs=0.01)
    assert of_sql([[(3, 1)] * 4], 0.0) == [(None, None, None, "under 5 letters")]
    (_, low, high, _), (_, wide_low, wide_high, _) = of_sql(
        [[(1, y) for y in (1, 1, 1, 0, 0, 0) * 6], [(6, 6), (6, 0)] * 3], 0.0
    )
    assert wide_high - wide_low > 1.5 * (high - low)
