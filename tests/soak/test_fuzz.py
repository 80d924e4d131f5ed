"""The fuzz of the tests for ten minutes, other letters each time.

`IMR_SOAK_FUZZ` asks for another number of seconds, `IMR_SOAK_SEED` for the first seed.
"""

import os
import sys
import time
from collections import Counter

import pytest
from fuzz import Broken, assert_read, broken_letters
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from imr_etl.ingest.workers import Pool

SECONDS = int(os.environ.get("IMR_SOAK_FUZZ", "600"))
ROUND = 100
"""Examples drawn from a seed; a failure names the seed."""


@pytest.mark.timeout(SECONDS + 600)
def test_broken_letters_for_ten_minutes() -> None:
    first, end = int(os.environ.get("IMR_SOAK_SEED", "0")), time.monotonic() + SECONDS
    rounds, count = 0, Counter[str]()
    with Pool() as pool:
        while time.monotonic() < end:
            count += round_of(first + rounds, pool)
            rounds += 1
    sys.stdout.write(f"\n{rounds} rounds of {ROUND}: {dict(count)}\n")
    assert count["loaded"]


def round_of(number: int, pool: Pool) -> Counter[str]:
    count = Counter[str]()

    @seed(number)
    @given(letters=st.lists(broken_letters(), min_size=1, max_size=24))
    @settings(max_examples=ROUND, database=None, suppress_health_check=list(HealthCheck))
    def broken(letters: list[Broken]) -> None:
        count.update(assert_read(letters, pool), letters=len(letters))

    try:
        broken()
    except BaseException as error:
        error.add_note(f"IMR_SOAK_SEED={number} draws this letter again")
        raise
    return count
