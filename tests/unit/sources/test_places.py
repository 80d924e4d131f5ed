"""What `--letters` names: which source lists it, and what is said where none does."""

import gzip
import os
from pathlib import Path

import pytest

from imr_etl.errors import RunError
from imr_etl.ingest import files
from imr_etl.ingest.content import hashes
from imr_etl.ingest.files import list_letters
from imr_etl.sources import all_sources, find_place, find_places, read, split_places
from imr_etl.sources.source import MAX_BYTES


@pytest.mark.parametrize("name", [b"a b", b"a;b", b"a?b&c=d", b"a#b", b"a%20b!", b"a\nb", b"\xff", "Zoë".encode()])
def test_a_folder_of_any_name_is_one_place_and_so_is_its_address(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / os.fsdecode(name)
    folder.mkdir()
    (folder / "CM16-0000001.txt").write_text("a letter")
    (place,) = find_places(str(folder))
    assert find_place(place.address).address == place.address
    (uri,) = list_letters(f"{place.address};{place.address}").letters["uri"]
    assert read(uri) == b"a letter"


def test_places_are_separated_by_semicolons(tmp_path: Path) -> None:
    (tmp_path / "a;b").mkdir()
    assert split_places("/a; s3://bucket/x;/b.zip;") == ["/a", "s3://bucket/x", "/b.zip"]
    assert split_places(f"{tmp_path}/a;b") == [f"{tmp_path}/a;b"]


def test_what_lies_in_two_places_is_listed_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("CM16-0000001.txt", "in/CM16-0000002.txt", "in/notes.docx"):
        (tmp_path / name).write_text(name)
    found = list_letters([tmp_path, tmp_path / "in", tmp_path / "CM16-0000001.txt"])
    assert found.letters.height == 2


@pytest.mark.parametrize("name", ["", " ; ", "none", "none.zip", "notes.docx", "ftp://server/letters", "~nobody/x"])
def test_what_no_source_knows_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.docx").touch()
    with pytest.raises(RunError, match=r"name|no source knows|no home"):
        find_places(name)


@pytest.mark.parametrize(
    ("place", "uri"),
    [
        ("s3://bucket/my letters/", "s3://bucket/my%20letters/a.pdf"),
        ("s3://bucket", "s3://bucket/a.pdf"),
        ("https://server/my%20letters", "https://server/my%20letters/a.pdf"),
        ("/gone", "file:///gone/in/a.pdf"),
        ("/gone/a.pdf", "file:///gone/a.pdf"),
        ("/gone.zip", "zip:///gone.zip!/in/a.pdf"),
        ("/gone.csv?text=a/b", "csv:///gone.csv?text=a/b!/CM16-0000001#2"),
    ],
)
def test_letters_of_a_place_that_is_gone_are_known_by_its_address(place: str, uri: str) -> None:
    (known, other) = (find_place(name) for name in (place, "/gone/other.zip"))
    assert files.is_below(uri, {known.source.beginning(known.address)})
    assert not files.is_below(uri, {other.source.beginning(other.address)})


def test_a_packed_text_has_the_hash_of_its_text(tmp_path: Path) -> None:
    (tmp_path / "CM16-0000001.txt").write_text("a letter")
    (tmp_path / "CM16-0000001.txt.gz").write_bytes(gzip.compress(b"a letter"))
    found = list_letters(tmp_path)
    assert set(found.letters["media_type"]) == {"text/plain"}
    assert len(set(hashes(found.letters["uri"].to_list()))) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no gzip", "unreadable_file"),
        (gzip.compress(b"a letter" * 99, mtime=0)[:-9], "unreadable_file"),
        (gzip.compress(bytes(MAX_BYTES + 1), mtime=0), "too_large"),
    ],
)
def test_a_packed_text_that_is_damaged_or_a_bomb_is_a_problem(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "CM16-0000001.txt.gz"
    path.write_bytes(data)
    assert hashes([path.as_uri()]) == [(None, code)]


def test_every_scheme_and_ending_belongs_to_one_source() -> None:
    for names in (
        [s for source in all_sources() for s in source.schemes],
        [e for s in all_sources() for e in s.endings],
    ):
        assert len(names) == len(set(names))
