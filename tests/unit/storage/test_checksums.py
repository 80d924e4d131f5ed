from pathlib import Path

import polars as pl
import pytest

from imr_etl.errors import RunError
from imr_etl.storage import parquet
from imr_etl.storage.checksums import KEY, is_intact, stored_checksum, verify

FRAME = pl.DataFrame({"sha256": ["a", "b"], "text": [f"0 {KEY} " + "0" * 64, None], "page": [1, 2]})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "letter_lines" / "CM16-002.parquet"
    parquet.write(FRAME, path)
    return path


def test_a_file_with_a_checksum_is_ordinary_parquet_and_the_same_each_time(file: Path) -> None:
    written = file.read_bytes()
    assert pl.read_parquet(file).equals(FRAME)
    assert len(pl.read_parquet_metadata(file)[KEY]) == 64
    parquet.write(FRAME, file)
    assert file.read_bytes() == written
    assert is_intact(file)


def test_every_changed_byte_is_found(file: Path) -> None:
    written = file.read_bytes()
    for place in range(len(written)):
        changed = bytearray(written)
        changed[place] ^= 1
        file.write_bytes(changed)
        assert not is_intact(file), place


@pytest.mark.parametrize("spoil", [lambda b: b[: len(b) // 2], lambda b: b[:-1], lambda b: b + b"0", lambda _: b""])
def test_a_cut_or_longer_file_is_found(file: Path, spoil) -> None:
    file.write_bytes(spoil(file.read_bytes()))
    assert not is_intact(file)


def test_a_file_of_another_block_or_maker_is_found(file: Path) -> None:
    other = file.with_name("CM16-003.parquet")
    other.write_bytes(file.read_bytes())
    assert not is_intact(other)
    FRAME.write_parquet(other)
    assert not is_intact(other)


def test_a_read_refuses_a_damaged_file_in_one_sentence(file: Path) -> None:
    schema = FRAME.schema
    assert parquet.read(file, schema).equals(FRAME)
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.write_bytes(data)
    with pytest.raises(RunError, match=r"CM16-002.parquet is damaged: `imr-etl run --rehash` repairs it\."):
        parquet.read(file, schema)


def test_a_file_that_was_verified_is_not_read_again_for_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verify(file)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read again"))
    verify(file)


def test_the_stored_checksum_changes_with_the_rows(file: Path) -> None:
    before = stored_checksum(file)
    assert before == pl.read_parquet_metadata(file)[KEY]
    parquet.write(FRAME.with_columns(page=3), file)
    assert stored_checksum(file) != before
