"""What holds for every test: the same examples in every run, and one thread for each connection to DuckDB.

Property tests draw the same 30 examples, so that a test fails only because the code changed. `IMR_RANDOM=1` draws 100
new ones: use it now and then, and repair what it finds.

Tests run in one process per core. With tables of a few rows a second thread makes a build a fifth slower; programs that
a test starts have their usual number of threads.
"""

import os
from collections.abc import Iterator
from functools import wraps
from unittest import mock

import duckdb
import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None, max_examples=30)
settings.register_profile("random", deadline=None)
settings.load_profile("random" if os.environ.get("IMR_RANDOM") else "same")


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Give connections to DuckDB one thread, unless they say how many."""
    connect = duckdb.connect

    @wraps(connect)
    def with_one(*arguments: object, config: dict[str, object] | None = None, **named: object) -> object:
        return connect(*arguments, config={"threads": 1} | (config or {}), **named)

    with mock.patch.object(duckdb, "connect", with_one):
        yield
