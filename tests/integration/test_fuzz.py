"""Whatever a file holds, it is loaded or a problem says why not, and no letter stops another."""

import os
import random

import pytest
from fuzz import SAMPLE_TEXTS, assert_each_read, draw_letters, mutated_letters

from imr_etl.ingest.workers import Pool

BROKEN, MUTATED = 100, 250


@pytest.fixture(scope="module")
def number() -> int:
    """What the letters are drawn from."""
    return random.randrange(1_000_000) if os.environ.get("IMR_RANDOM") else 0


def test_letters_whose_bytes_are_changed(number: int) -> None:
    with Pool(1) as pool:
        count = assert_each_read(draw_letters(BROKEN, number), pool)
    # Of a hundred broken files 18 to 32 were still letters in seven draws; none would mean that nothing was tried.
    assert count["loaded"] > BROKEN // 10
    assert count["unread"]


def test_letters_whose_lines_are_changed(number: int) -> None:
    with Pool(1) as pool:
        count = assert_each_read(list(mutated_letters(SAMPLE_TEXTS, MUTATED, number)), pool)
    assert count["loaded"] > MUTATED // 2
