"""Zip archives: every member is a letter, passed over, or a problem; none does harm."""

import stat
import struct
import zipfile
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from imr_etl.errors import RunError
from imr_etl.ingest.files import LETTER_FILES, SIGHTINGS, Listing, file_problems, letter_files, list_letters
from imr_etl.ingest.files import update_sightings as update
from imr_etl.sources import archive, read
from imr_etl.sources.source import MAX_BYTES, MEMBER

NOON, LATER = datetime(2026, 11, 23, 12), datetime(2026, 11, 24, 12)


def packed(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, data in members.items():
            writer.writestr(name, data)
    return path


def problem_codes(path: Path) -> dict[str, str]:
    """The code of each member's problem, by its name."""
    sightings = update(list_letters(path).letters, SIGHTINGS.empty(), NOON)
    problems = file_problems(sightings, letter_files(sightings, LETTER_FILES.empty()))
    return {excerpt.partition(MEMBER)[2]: code for code, excerpt in problems.select("code", "excerpt").rows()}


def test_members_of_any_depth_are_letters_and_the_rest_is_counted(tmp_path: Path) -> None:
    names = ["CM16-0000001.pdf", "2016/a b/CM16-0000002.TXT", "ü #?%20!/CM16-0000003.txt"]
    others = ["notes.docx", "more.docx", "inner.zip", "README", "__MACOSX/._CM16-0000001.pdf"]
    path = packed(tmp_path / "it's 100%; letters!.zip", {name: name for name in [*names, *others]} | {"2016/": ""})
    found = list_letters(path)
    assert sorted(read(uri).decode() for uri in found.letters["uri"]) == sorted(names)
    assert found.letters["case_number"].sort().to_list() == [f"CM16-000000{number}" for number in (1, 2, 3)]
    assert found.letters["uri"].str.starts_with("zip:///").all()
    assert found.passed_over == {".docx": 2, ".zip": 1, "without an ending": 1, "__MACOSX/": 1}


def test_of_two_members_of_one_name_both_are_letters(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as writer:
        writer.writestr("CM16-0000001.txt", "first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            writer.writestr("CM16-0000001.txt", "second")
    uris = list_letters(path).letters["uri"].to_list()
    assert [(uri.partition(MEMBER)[2], read(uri)) for uri in uris] == [
        ("CM16-0000001.txt", b"first"),
        ("CM16-0000001.txt#2", b"second"),
    ]


def test_hostile_members_are_problems_and_their_neighbors_are_letters(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("link.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("good.txt", "a letter")
        writer.writestr(link, "/etc/passwd")
        for name in ("../../out.txt", "/root.txt", "C:\\root.txt", "a/../../out.txt"):
            writer.writestr(name, name)
        writer.writestr("bomb.txt", bytes(10_000_000))
        writer.writestr("large.txt", bytes(MAX_BYTES + 1))
    assert problem_codes(path) == {
        "link.pdf": "unsafe_member",
        "../../out.txt": "unsafe_member",
        "/root.txt": "unsafe_member",
        "C%3A%5Croot.txt": "unsafe_member",
        "a/../../out.txt": "unsafe_member",
        "bomb.txt": "unsafe_member",
        "large.txt": "too_large",
    }
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]


def changed_entry(path: Path, name: bytes, offset: int, value: bytes) -> None:
    """Change bytes of a member's entry in the table of contents."""
    data = bytearray(path.read_bytes())
    start = data.rindex(b"PK\1\2", 0, data.rindex(name))
    data[start + offset : start + offset + len(value)] = value
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("offset", "value", "code"),
    [
        (8, struct.pack("<H", 1), "password_protected"),
        (10, struct.pack("<H", 99), "unreadable_file"),
        (16, struct.pack("<I", 7), "unreadable_file"),
        (24, struct.pack("<I", 3), "unreadable_file"),
        (24, struct.pack("<I", 3000), "unreadable_file"),
        (42, struct.pack("<I", 5), "unreadable_file"),
    ],
    ids=["encrypted", "unknown method", "wrong checksum", "smaller than stated", "larger than stated", "elsewhere"],
)
def test_a_member_that_is_not_as_its_archive_states_is_a_problem(
    tmp_path: Path, offset: int, value: bytes, code: str
) -> None:
    path = packed(tmp_path / "a.zip", {"good.txt": "a letter", "bad.txt": "another letter" * 9, "z.txt": "the last"})
    changed_entry(path, b"bad.txt", offset, value)
    assert problem_codes(path) == {"bad.txt": code}


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\5\6" + bytes(10)])
def test_what_is_no_archive_ends_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(RunError, match=r"a\.zip cannot be listed \(it is no zip archive, or damaged"):
        list_letters(path)


def test_an_archive_that_is_cut_short_ends_in_a_sentence(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {f"CM16-000000{number}.txt": "a letter" for number in range(9)})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(RunError, match="no zip archive, or damaged"):
        list_letters(path)


def test_an_archive_of_too_many_members_or_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", {f"{number}.txt": bytes(9000) for number in range(99)})
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 1000)
    monkeypatch.setattr(archive, "LARGEST_RATIO", 10)
    with pytest.raises(RunError, match="would unpack to 891,000 bytes"):
        list_letters(path)
    monkeypatch.setattr(archive, "LARGEST_DIRECTORY", 1000)
    archive._opened.cache_clear()
    with pytest.raises(RunError, match="more members than any archive of letters: split it"):
        list_letters(path)


def relisted(path: Path, before: Listing, known: pl.DataFrame) -> pl.DataFrame:
    found = list_letters(path, known, before.containers)
    return update(found.letters, known, LATER)


def test_an_archive_that_did_not_change_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", {"CM16-0000001.txt": "one", "notes.docx": "no letter"})
    first = list_letters(path)
    known = update(first.letters, SIGHTINGS.empty(), NOON)
    monkeypatch.setattr(archive, "_opened", lambda *_: pytest.fail("it was opened"))
    assert relisted(path, first, known).equals(known)
    assert list_letters(path, known, first.containers).passed_over == {".docx": 1}


def test_of_an_archive_that_changed_only_changed_members_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path / "a.zip", {"1.txt": "one", "2.txt": "two", "3.txt": "three"})
    first = list_letters(path)
    known = update(first.letters, SIGHTINGS.empty(), NOON)
    packed(path, {"1.txt": "one", "2.txt": "TWO", "4.txt": "four"})
    whole, members = archive._read, []

    def noted(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        members.append(info.filename)
        return whole(opened, info)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "_read", noted)
    after = relisted(path, first, known)
    assert members == ["2.txt", "4.txt"]
    present = {uri.partition(MEMBER)[2]: is_present for uri, is_present in after.select("uri", "is_present").rows()}
    assert present == {"1.txt": True, "2.txt": True, "3.txt": False, "4.txt": True}
