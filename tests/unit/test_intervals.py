"""Intervals of shares count letters, not items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_etl.intervals import correlation, share_interval, wilson


def test_wilson() -> None:
    # Wilson (1927): 0 of 10 and 5 of 10.
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-3)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)


def test_one_item_a_letter_is_wilson_with_the_quantile_of_t() -> None:
    letters = [(1, 1)] * 6 + [(1, 0)] * 5
    low, high = share_interval(letters, rho=0.5) or (0.0, 0.0)
    assert (low, high) == pytest.approx(wilson(6 / 11 * 8.5, 8.5), abs=0.01)


def test_items_of_one_letter_tell_less() -> None:
    apart, together = [(1, y) for y in (1, 1, 1, 0, 0, 0) * 4], [(6, 6), (6, 0), (6, 6), (6, 0)]
    wide, narrow = share_interval(together, rho=0.0), share_interval(apart, rho=0.0)
    assert wide
    assert narrow
    assert wide[1] - wide[0] > 1.5 * (narrow[1] - narrow[0])
    assert share_interval([(4, 2)], rho=0.3) is None


@given(
    st.lists(st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=2), st.floats(0, 1)
)
def test_an_interval_holds_the_share_and_widens_with_the_correlation(
    letters: list[tuple[int, int]], rho: float
) -> None:
    low, high = share_interval(letters, rho) or (1.0, 0.0)
    share = sum(y for _, y in letters) / sum(n for n, _ in letters)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    at_most = share_interval(letters, 1.0) or (1.0, 0.0)
    assert at_most[1] - at_most[0] >= high - low - 1e-9


def test_correlation() -> None:
    assert correlation([[(4, 4), (4, 0), (4, 4), (4, 0)]]) == pytest.approx(1.0)
    assert correlation([[(2, 1)] * 8]) == 0.0
    assert correlation([[(1, 1), (1, 0)], []]) == 0.0
