"""The fuzz of the tests for ten minutes, other letters each round.

`IMR_SOAK_FUZZ` asks for another number of seconds, `IMR_SOAK_SEED` for the first round's number.
"""

import os
import sys
import time
from collections import Counter

import pytest
from fuzz import assert_each_read, draw_letters

from imr_etl.ingest.workers import Pool

SECONDS = int(os.environ.get("IMR_SOAK_FUZZ", "600"))
LETTERS = 400
"""Drawn a round."""


@pytest.mark.timeout(SECONDS + 600)
def test_broken_letters_for_ten_minutes() -> None:
    number, end = int(os.environ.get("IMR_SOAK_SEED", "0")), time.monotonic() + SECONDS
    count: Counter[str] = Counter()
    with Pool() as pool:
        while time.monotonic() < end:
            try:
                count += assert_each_read(draw_letters(LETTERS, number), pool)
            except BaseException as error:
                error.add_note(f"IMR_SOAK_SEED={number} draws this letter again")
                raise
            number += 1
    sys.stdout.write(f"\n{dict(count)}\n")
    assert count["loaded"]
