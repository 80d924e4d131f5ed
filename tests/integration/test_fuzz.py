"""Whatever stands in a file, it is read to lines and tables, or one problem says why not."""

from collections.abc import Iterator

import pytest
from fuzz import Broken, assert_read, broken_letters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imr_etl.ingest.workers import Pool


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as pool:
        yield pool


@given(letters=st.lists(broken_letters(), min_size=1, max_size=8))
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_broken_letters(letters: list[Broken], pool: Pool) -> None:
    assert_read(letters, pool)
