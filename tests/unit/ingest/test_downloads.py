"""Letters that were downloaded for their hash are there when they are read, whole or not at all."""

import hashlib
from pathlib import Path

import polars as pl
import pytest

from imr_etl.ingest import downloads
from imr_etl.ingest.downloads import Downloads


def letters(*contents: bytes) -> pl.DataFrame:
    return pl.DataFrame(
        {"uri": [f"s3://b/{content!r}" for content in contents], "sha256": list(map(hash_of, contents))}
    )


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_what_is_kept_is_found_until_it_is_dropped(tmp_path: Path) -> None:
    kept = Downloads(tmp_path / "data" / "downloads")
    kept.clear()
    assert kept.find(letters(b"one")) == {}
    for content in (b"one", b"two", b"three"):
        kept.keep(hash_of(content), content)
    assert kept.find(letters(b"one", b"two", b"four")) == {"s3://b/b'one'": b"one", "s3://b/b'two'": b"two"}
    kept.drop([hash_of(b"one")])
    kept.drop_others([hash_of(b"two"), hash_of(b"four")])
    assert list(kept.find(letters(b"one", b"two", b"three")).values()) == [b"two"]
    kept.clear()
    assert kept.find(letters(b"two")) == {}


def test_a_letter_that_was_not_written_to_its_end_is_not_found(tmp_path: Path) -> None:
    kept = Downloads(tmp_path / "downloads")
    kept.clear()
    kept.keep(hash_of(b"a letter"), b"a let")
    assert kept.find(letters(b"a letter")) == {}


def test_no_more_is_kept_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 10)
    kept = Downloads(tmp_path / "downloads")
    kept.clear()
    for content in (b"12345678", b"more than there is room for", b"90"):
        kept.keep(hash_of(content), content)
    assert sorted(kept.find(letters(b"12345678", b"more than there is room for", b"90")).values()) == [
        b"12345678",
        b"90",
    ]
