from pathlib import Path

import polars as pl
import pytest

from imr_etl import store
from imr_etl.seals import KEY, is_whole

FRAME = pl.DataFrame({"sha256": ["a", "b"], "text": [f"0 {KEY} " + "0" * 64, None], "page": [1, 2]})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "letter_lines" / "CM16-002.parquet"
    store.write(FRAME, path)
    return path


def test_a_sealed_file_is_ordinary_parquet_and_the_same_each_time(file: Path) -> None:
    written = file.read_bytes()
    assert pl.read_parquet(file).equals(FRAME)
    assert len(pl.read_parquet_metadata(file)[KEY]) == 64
    store.write(FRAME, file)
    assert file.read_bytes() == written
    assert is_whole(file)


def test_every_changed_byte_is_found(file: Path) -> None:
    written = file.read_bytes()
    for place in range(len(written)):
        changed = bytearray(written)
        changed[place] ^= 1
        file.write_bytes(changed)
        assert not is_whole(file), place


@pytest.mark.parametrize("spoil", [lambda b: b[: len(b) // 2], lambda b: b[:-1], lambda b: b + b"0", lambda _: b""])
def test_a_cut_or_longer_file_is_found(file: Path, spoil) -> None:
    file.write_bytes(spoil(file.read_bytes()))
    assert not is_whole(file)


def test_a_file_of_another_block_or_maker_is_found(file: Path) -> None:
    other = file.with_name("CM16-003.parquet")
    other.write_bytes(file.read_bytes())
    assert not is_whole(other)
    FRAME.write_parquet(other)
    assert not is_whole(other)
