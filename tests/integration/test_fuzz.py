"""Whatever stands in a file, it is read to lines and tables, or one problem says why not."""

import os
import random

from fuzz import assert_each_read, draw_letters

from imr_etl.ingest.workers import Pool

LETTERS = 100


def test_broken_letters() -> None:
    number = random.randrange(1_000_000) if os.environ.get("IMR_RANDOM") else 0
    with Pool(1) as pool:
        count = assert_each_read(draw_letters(LETTERS, number), pool)
    # Of a hundred broken files 18 to 32 were still letters in seven draws; none would mean that nothing was tried.
    assert count["loaded"] > LETTERS // 10
    assert count["unread"]
