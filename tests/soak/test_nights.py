"""Fifty random nights, each brought into the warehouse of the one before, end as one build of everything does."""

import os
from pathlib import Path

import pytest
from random_nights import RandomNights, differences

from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build

NIGHTS = int(os.environ.get("IMR_SOAK_NIGHTS", "50"))
COMPARED = 10
"""Nights after which the two are compared, so that what went wrong is not far."""


@pytest.mark.timeout(3600)
def test_random_nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Blocks of one night are then loaded in several batches.
    monkeypatch.setattr("warehouse.build.load.BLOCKS_AT_A_TIME", 2)
    nights = RandomNights(DataPaths.at(tmp_path / "data"), seed=int(os.environ.get("IMR_SOAK_SEED", "2")))
    build(nights.paths)
    for night in range(1, NIGHTS + 1):
        nights.pass_night()
        build(nights.paths)
        if night % COMPARED == 0 or night == NIGHTS:
            at_once = nights.copy_to(tmp_path / f"at_once_{night}")
            build(at_once)
            assert differences(nights.paths, at_once) == {}, f"after night {night}"
