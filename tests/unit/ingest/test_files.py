"""A folder of letters: what is new, what changed, what is the same twice."""

import errno
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from forbidden_folders import forbid
from hypothesis import given, settings
from hypothesis import strategies as st

from imr_etl.blocks import case_number as case_number_in
from imr_etl.errors import RunError
from imr_etl.ingest import files
from imr_etl.ingest.content import Hashed
from imr_etl.ingest.files import (
    LETTER_FILES,
    LISTING,
    SIGHTINGS,
    file_name,
    file_problems,
    letter_files,
    list_letters,
    update_sightings,
)
from imr_etl.sources import folder as folder_source
from imr_etl.sources.source import MAX_BYTES, path_of

NOON, LATER = datetime(2026, 11, 23, 12), datetime(2026, 11, 24, 12)


def sighted(folder: Path, known: pl.DataFrame | None = None, now: datetime = NOON) -> pl.DataFrame:
    letters, unlisted = list_letters(folder)[:2]
    return update_sightings(letters, SIGHTINGS.empty() if known is None else known, now, unlisted=unlisted)


def listed(sightings: pl.DataFrame, known: pl.DataFrame | None = None) -> pl.DataFrame:
    return letter_files(sightings, LETTER_FILES.empty() if known is None else known)


@pytest.mark.parametrize(
    ("name", "case_number", "block"),
    [
        ("CM16-0123456.pdf", "CM16-0123456", "CM16-012"),
        ("cm16_0123456.PDF", "CM16-0123456", "CM16-012"),
        ("letter CM170000001 (2).txt", "CM17-0000001", "CM17-000"),
        ("CM31-0000001.pdf", "CM31-0000001", "unnumbered"),
        ("CM16-012345.pdf", None, "unnumbered"),
        ("determination.pdf", None, "unnumbered"),
    ],
)
def test_case_number_and_block_of_a_name(tmp_path: Path, name: str, case_number: str | None, block: str) -> None:
    (tmp_path / name).write_text("a letter")
    row = listed(sighted(tmp_path)).row(0, named=True)
    assert (row["case_number"], row["block"]) == (case_number, block)


def test_only_letters_are_listed_in_folders_of_any_depth(tmp_path: Path) -> None:
    deep = tmp_path / "2016" / "a b" / "ü#%"
    deep.mkdir(parents=True)
    for name in ("CM16-0000001.pdf", "CM16-0000002.TXT", "notes.docx", "CM16-0000003"):
        (deep / name).write_text(name)
    uris = list_letters(tmp_path).letters["uri"].to_list()
    assert sorted(Path(path_of(uri)).name for uri in uris) == ["CM16-0000001.pdf", "CM16-0000002.TXT"]
    assert all(Path(path_of(uri)).read_text() for uri in uris)


@pytest.mark.parametrize(
    "name", [b"CM16-0000001 it's.pdf", b"CM16-0000001\nx.pdf", b"CM16-0000001\xff.pdf", b"CM16-0000001%20.pdf"]
)
def test_a_name_of_any_bytes_leads_back_to_its_file(tmp_path: Path, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("a letter")
    sightings = sighted(tmp_path)
    assert Path(path_of(sightings["uri"][0])).read_text() == "a letter"
    assert sightings["case_number"].to_list() == ["CM16-0000001"]


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "CM16-0000001.pdf").write_text("a letter")
    (tmp_path / "circle").symlink_to(tmp_path)
    assert list_letters(tmp_path).letters.height == 1


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "CM16-0000001.pdf"
    file.write_text("one")
    known = sighted(tmp_path).with_columns(sha256=pl.lit("remembered"))
    assert sighted(tmp_path, known)["sha256"].to_list() == ["remembered"]
    again = update_sightings(list_letters(tmp_path).letters, known, LATER, rehash=True)
    assert again["sha256"].to_list() != ["remembered"]


def test_a_corrected_letter_keeps_the_one_whose_place_it_took(tmp_path: Path) -> None:
    file = tmp_path / "CM16-0000001.pdf"
    file.write_text("first")
    sightings = sighted(tmp_path)
    first = listed(sightings)
    file.write_text("corrected")
    both = listed(sighted(tmp_path, sightings, LATER), first)
    assert both.height == 2
    assert both.filter("is_present")["first_seen"].to_list() == [LATER]
    assert both.filter(~pl.col("is_present"))["sha256"].to_list() == first["sha256"].to_list()


def test_a_letter_that_left_the_folder_stays_known(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"CM16-000000{number}.pdf").write_text(str(number))
    sightings = sighted(tmp_path)
    (tmp_path / "CM16-0000001.pdf").unlink()
    after = listed(sighted(tmp_path, sightings, LATER))
    assert dict(after.select("case_number", "is_present").iter_rows()) == {"CM16-0000001": False, "CM16-0000002": True}


def test_one_content_under_two_names_is_one_letter_and_a_problem(tmp_path: Path) -> None:
    for name in ("copy.pdf", "CM16-0000001.pdf"):
        (tmp_path / name).write_text("same")
    sightings = sighted(tmp_path)
    letters = listed(sightings)
    assert letters["case_number"].to_list() == ["CM16-0000001"]
    problems = file_problems(sightings, letters)
    assert problems.select("code", pl.col("excerpt").str.tail(8)).rows() == [("duplicate_content", "copy.pdf")]


def test_a_file_that_vanishes_while_it_is_listed_is_a_problem_and_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "CM16-0000001.pdf"
    file.write_text("a")
    listing = list_letters(tmp_path).letters
    file.unlink()
    sightings = update_sightings(listing, SIGHTINGS.empty(), NOON)
    assert file_problems(sightings, listed(sightings))["code"].to_list() == ["unreadable_file"]
    file.write_text("a")
    assert not sighted(tmp_path, sightings, LATER)["sha256"].str.starts_with("uri:").any()


def test_a_run_needs_a_folder_with_letters(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for name, words in (("none", "no folder"), ("file", "not a folder"), ("empty", "no letters")):
        with pytest.raises(RunError, match=words):
            list_letters(tmp_path / name)


@pytest.mark.parametrize("name", [b"lost+found", b"2016 100%25 it's", b"odd \xff\n"])
@pytest.mark.parametrize("rehash", [False, True])
def test_a_folder_that_cannot_be_listed_is_a_problem_and_its_files_stay_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes, rehash: bool
) -> None:
    forbidden = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    deep, beside = forbidden / "deep", forbidden.with_name(forbidden.name + " beside")
    deep.mkdir(parents=True)
    beside.mkdir()
    for folder, number in ((forbidden, 1), (deep, 2), (beside, 3), (tmp_path, 4)):
        (folder / f"CM16-000000{number}.pdf").write_text(str(number))
    known = sighted(tmp_path)
    for number, folder in ((2, deep), (3, beside)):
        (folder / f"CM16-000000{number}.pdf").unlink()
    forbid(monkeypatch, forbidden)
    letters, unlisted = list_letters(tmp_path)[:2]
    sightings = update_sightings(letters, known, LATER, unlisted=unlisted, rehash=rehash)
    assert unlisted == [forbidden.as_uri()]
    below = pl.col("uri").str.starts_with(f"{unlisted[0]}/")
    assert sightings.filter(below).equals(known.filter(below))
    assert dict(sightings.select("case_number", "is_present").rows()) == {
        "CM16-0000001": True,
        "CM16-0000002": True,
        "CM16-0000003": False,
        "CM16-0000004": True,
    }
    problems = file_problems(sightings, listed(sightings), unlisted)
    assert problems.select("code", "excerpt").rows() == [("unreadable_folder", forbidden.as_uri())]
    assert problems["sha256"].str.contains("^uri:[0-9a-f]{16}$").all()


def test_a_folder_that_vanishes_while_it_is_listed_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "CM16-0000001.pdf").write_text("a letter")
    (tmp_path / "moved").mkdir()
    whole = folder_source._entries

    def entries(folder: str) -> Any:
        found = whole(folder)
        if folder == str(tmp_path):
            (tmp_path / "moved").rmdir()
        return found

    monkeypatch.setattr(folder_source, "_entries", entries)
    letters, unlisted = list_letters(tmp_path)[:2]
    assert (letters.height, unlisted) == (1, [(tmp_path / "moved").as_uri()])


def test_a_folder_of_letters_that_cannot_be_listed_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "CM16-0000001.pdf").write_text("a letter")
    forbid(monkeypatch, tmp_path)
    with pytest.raises(RunError, match=r"cannot be listed \(Permission denied\): give this user the right to read it"):
        list_letters(tmp_path)


def test_a_forbidden_folder_above_that_of_the_letters_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stat(path: Path, **_: object) -> os.stat_result:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)

    monkeypatch.setattr(Path, "stat", stat)
    with pytest.raises(RunError, match=r"cannot be listed \(Permission denied\): give this user the right to read it"):
        list_letters(tmp_path)


def test_what_is_too_large_or_no_plain_file_has_no_hash(tmp_path: Path) -> None:
    with (tmp_path / "CM16-0000001.pdf").open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    os.mkfifo(tmp_path / "CM16-0000002.pdf")
    (tmp_path / "CM16-0000003.pdf").symlink_to("/dev/zero")
    sightings = sighted(tmp_path)
    problems = file_problems(sightings, listed(sightings)).sort("case_number")
    assert problems["code"].to_list() == ["too_large", "unreadable_file", "unreadable_file"]


URIS = [f"file:///letters/{name}.pdf" for name in ("CM16-0020001", "CM16-0020002", "one", "two")]
NIGHT = st.dictionaries(st.sampled_from(URIS), st.sampled_from("abc"), min_size=1)
"""What lies in the folder: addresses and their contents."""


@settings(max_examples=100)
@given(nights=st.lists(NIGHT, min_size=1, max_size=5))
def test_what_did_not_change_is_as_if_it_were_read_again(nights: list[dict[str, str]]) -> None:
    known = SIGHTINGS.empty()
    for number, night in enumerate(nights):
        # A content's size tells it, as a file's time of change does.
        rows = [(uri, ord(content), 1, None, "application/pdf") for uri, content in sorted(night.items())]
        listing = pl.DataFrame(rows, schema=LISTING, orient="row").with_columns(
            case_number=case_number_in(file_name(pl.col("uri")))
        )
        now = NOON + timedelta(days=number)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(files, "hashes", lambda uris, _, night=night: [Hashed(night[uri]) for uri in uris])
            seen = update_sightings(listing, known, now)
            assert seen.equals(update_sightings(listing, known, now, rehash=True))
        assert dict(seen.filter("is_present").select("uri", "sha256").rows()) == night
        known = seen
