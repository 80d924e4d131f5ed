"""Letters changed at random, many more than in the suite: 3,000 by their lines, and for ten minutes by their bytes.

`IMR_SOAK_MUTATED` asks for another number of letters, `IMR_SOAK_FUZZ` for another number of seconds, `IMR_SOAK_SEED`
for the first round's number.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from fuzz import SAMPLE_TEXTS, Broken, assert_each_read, draw_letters, mutated_letters

from imr_etl.ingest.workers import Pool

SECONDS = int(os.environ.get("IMR_SOAK_FUZZ", "600"))
MUTATED = int(os.environ.get("IMR_SOAK_MUTATED", "3000"))
FIRST = int(os.environ.get("IMR_SOAK_SEED", "0"))
LETTERS = 500
"""Drawn a round."""


@pytest.mark.timeout(3600)
def test_letters_whose_lines_are_changed() -> None:
    count = read_all(
        (number, list(mutated_letters(SAMPLE_TEXTS, LETTERS, number)))
        for number in range(FIRST, FIRST + -(-MUTATED // LETTERS))
    )
    assert count["letters"] >= MUTATED
    assert count["loaded"] > MUTATED // 2


@pytest.mark.timeout(SECONDS + 600)
def test_letters_whose_bytes_are_changed_for_ten_minutes() -> None:
    end = time.monotonic() + SECONDS

    def rounds() -> Iterator[tuple[int, list[Broken]]]:
        number = FIRST
        while time.monotonic() < end:
            yield number, draw_letters(LETTERS, number)
            number += 1

    assert read_all(rounds())["loaded"]


def read_all(rounds: Iterator[tuple[int, list[Broken]]]) -> Counter[str]:
    """Load the letters of each round, by its number; how many came to what."""
    count: Counter[str] = Counter()
    with Pool() as pool:
        for number, letters in rounds:
            try:
                count += assert_each_read(letters, pool)
            except BaseException as error:
                error.add_note(f"IMR_SOAK_SEED={number} draws these letters again")
                raise
    sys.stdout.write(f"\n{dict(count)}\n")
    return count
