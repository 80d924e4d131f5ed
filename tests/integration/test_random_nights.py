"""A warehouse that was updated night by night holds the same as one that is built at once."""

from pathlib import Path

import pytest
from random_nights import RandomNights, differences

from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build

NIGHTS = 3
"""`make soak` passes fifty."""


@pytest.mark.parametrize("seed", [1])
def test_nights_end_as_one_build_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    # Blocks of one night are then loaded in several batches.
    monkeypatch.setattr("warehouse.build.load.BLOCKS_AT_A_TIME", 2)
    nights = RandomNights(DataPaths.at(tmp_path / "data"), seed)
    assert build(nights.paths).changed is None
    changed = []
    for _ in range(NIGHTS):
        nights.pass_night()
        changed.append(build(nights.paths).changed)
    at_once = nights.copy_to(tmp_path / "at_once")
    assert build(at_once).changed is None
    assert differences(nights.paths, at_once) == {}
    assert changed.count(None) < NIGHTS / 2, "most nights change a part of the blocks"
