"""One bad letter costs one problem row that a person understands; everything else is loaded."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import bad_files
import hostile_files
import polars as pl
import pytest
from forbidden_folders import forbid
from letter_writer import Layout, to_pdf, to_text
from loading import load_tables, process_pending
from sample_letters import SHOULDER_SURGERY

from imr_etl.errors import RunError
from imr_etl.parse.letter import ParsedLetters
from imr_etl.pipeline import process
from imr_etl.pipeline.update import find_pending, known_letters, update_files
from imr_etl.problems import PROBLEM_CODES
from imr_etl.sources.source import path_of
from imr_etl.storage.paths import DataPaths
from warehouse import attached
from warehouse.build.build import build

GOOD = "CM16-0900000"


def loaded(folder: Path, data: Path) -> dict[str, list[tuple[object, ...]]]:
    """Letters with their status, and problems, as the warehouse has them."""
    paths = load_tables(folder, data)
    build(paths)
    with attached(paths.warehouse, read_only=True) as connection:
        return {
            "letters": connection.execute("SELECT case_number, status FROM main.letter_files ORDER BY ALL").fetchall(),
            "problems": connection.execute(
                "SELECT letter_files.uri, stage, code, field, excerpt, problems.case_number"
                " FROM main.problems JOIN main.letter_files USING (sha256)"
                " WHERE NOT starts_with(code, 'unknown_') ORDER BY problems.sha256, position"
            ).fetchall(),
        }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / f"{GOOD}.pdf").write_bytes(bad_files.good_pdf(GOOD))
    return letters


BAD_LETTERS: dict[str, tuple[str, Callable[[str], bytes], str, str]] = {
    "empty": (".pdf", lambda _: bad_files.empty_file(), "empty_file", "unreadable"),
    "a web page": (".pdf", lambda _: bad_files.html_page(), "not_a_pdf", "unreadable"),
    "cut off early": (".pdf", partial(bad_files.truncated_letter, 0.1), "damaged_pdf", "unreadable"),
    "cut off in the middle": (".pdf", partial(bad_files.truncated_letter, 0.5), "damaged_pdf", "unreadable"),
    "cut off late": (".pdf", partial(bad_files.truncated_letter, 0.9), "damaged_pdf", "unreadable"),
    "locked": (".pdf", bad_files.locked_letter, "password_protected", "unreadable"),
    "scanned": (".pdf", lambda _: bad_files.scanned_pages(), "no_text", "unreadable"),
    "an invoice": (".pdf", lambda _: bad_files.invoice(), "not_a_letter", "unreadable"),
    "numbers of pages": (".txt", lambda _: bad_files.page_numbers_only(), "not_a_letter", "unreadable"),
    "another encoding": (".txt", bad_files.wrongly_encoded_text, "not_utf8", "loaded"),
    "no items": (".pdf", bad_files.letter_without_items, "no_items", "loaded"),
    "no section of items": (".pdf", bad_files.letter_without_items_section, "section_missing", "loaded"),
    "no summary": (".pdf", bad_files.letter_without_summary, "section_missing", "loaded"),
    "no header": (".pdf", bad_files.letter_without_header, "header_missing", "loaded"),
    "two letters": (".pdf", bad_files.two_letters_in_one_file, "several_letters", "loaded"),
    "unknown headings": (".pdf", bad_files.letter_with_unknown_headings, "template_unknown", "loaded"),
    "another case": (
        ".pdf",
        lambda _: bad_files.letter_of_another_case("CM16-0400001"),
        "case_number_differs",
        "loaded",
    ),
    "damaged in silence": (".pdf", partial(bad_files.damaged_letter, 0.8), "incomplete_letter", "loaded"),
}
"""What is wrong: the ending of its name, its bytes for a case number, the problem, the status."""

CASES = {what: f"CM16-{300_000 + number:07}" for number, what in enumerate(BAD_LETTERS)}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """What is loaded of a folder with a good letter and all bad ones."""
    place = tmp_path_factory.mktemp("bad")
    (place / "letters").mkdir()
    (place / "letters" / f"{GOOD}.pdf").write_bytes(bad_files.good_pdf(GOOD))
    for what, (ending, content, _, _) in BAD_LETTERS.items():
        (place / "letters" / f"{CASES[what]}{ending}").write_bytes(content(CASES[what]))
    return loaded(place / "letters", place / "data")


@pytest.mark.parametrize("what", BAD_LETTERS)
def test_one_bad_letter_is_one_problem(found: dict[str, list[tuple[object, ...]]], what: str) -> None:
    ending, _, code, status = BAD_LETTERS[what]
    assert (CASES[what], status) in found["letters"]
    bad = [row for row in found["problems"] if str(row[0]).endswith(f"{CASES[what]}{ending}")]
    assert [row[2] for row in bad] == [code]
    assert bad[0][5] == CASES[what]
    assert code in PROBLEM_CODES


def test_bad_letters_cost_nothing_else(found: dict[str, list[tuple[object, ...]]]) -> None:
    assert (GOOD, "loaded") in found["letters"]
    assert len(found["letters"]) == len(BAD_LETTERS) + 1
    assert len(found["problems"]) == len(BAD_LETTERS)


def test_odd_letters_without_a_fault_have_no_problem(folder: Path, tmp_path: Path) -> None:
    """One has its header on every page, one a name without a case number."""
    (folder / "CM16-0300001.pdf").write_bytes(bad_files.letter_with_two_header_tables("CM16-0300001"))
    (folder / "determination.pdf").write_bytes(bad_files.good_pdf("CM17-0000042"))
    found = loaded(folder, tmp_path / "data")
    assert found["letters"] == [("CM16-0300001", "loaded"), (GOOD, "loaded"), ("CM17-0000042", "loaded")]
    assert found["problems"] == []


def test_a_file_that_vanishes_between_listing_and_reading(folder: Path, tmp_path: Path) -> None:
    vanishing = folder / "CM16-0300001.pdf"
    content = bad_files.good_pdf("CM16-0300001")
    vanishing.write_bytes(content)
    paths = DataPaths.at(tmp_path / "data")
    update_files(paths, folder)
    vanishing.unlink()
    assert process_pending(paths)["CM16-030"] == (1, 1)
    vanishing.write_bytes(content)
    found = loaded(folder, tmp_path / "data")
    assert ("CM16-0300001", "loaded") in found["letters"]
    assert found["problems"] == []


def test_a_folder_that_cannot_be_listed_costs_a_problem_until_it_can(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, data = folder / "2016", tmp_path / "data"
    closed.mkdir()
    (closed / "CM16-0300001.pdf").write_bytes(bad_files.good_pdf("CM16-0300001"))
    before = loaded(folder, data)
    (folder / "CM16-0300002.pdf").write_bytes(bad_files.good_pdf("CM16-0300002"))
    with monkeypatch.context() as patched:
        forbid(patched, closed)
        during = loaded(folder, data)
        assert folder_problems(data) == [("files", "unreadable_folder", closed.as_uri(), None)]
        assert loaded(folder, data) == during
        (folder / "CM16-0300002.pdf").unlink()
        loaded(folder, data)
    assert during["letters"] == [("CM16-0300001", "loaded"), ("CM16-0300002", "loaded"), (GOOD, "loaded")]
    assert known_letters(DataPaths.at(data)).filter("is_present").height == 2
    after = loaded(folder, data)
    assert after == during
    assert before["problems"] == during["problems"] == []
    assert folder_problems(data) == []


def folder_problems(data: Path) -> list[tuple[object, ...]]:
    """Problems of no letter."""
    with attached(data / "imr.duckdb", read_only=True) as connection:
        return connection.execute(
            "SELECT stage, code, excerpt, case_number FROM main.problems ANTI JOIN main.letter_files USING (sha256)"
        ).fetchall()


def test_a_folder_with_nothing_but_folders_that_cannot_be_listed_ends_the_first_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letters" / "2016").mkdir(parents=True)
    forbid(monkeypatch, tmp_path / "letters" / "2016")
    with pytest.raises(RunError, match=r"^No folder in .* can be listed: give this user the right to read them"):
        loaded(tmp_path / "letters", tmp_path / "data")


def test_a_case_published_again(folder: Path, tmp_path: Path) -> None:
    samples = Path(__file__).parent.parent / "fixtures" / "letters"
    shutil.copy(samples / "CM16-0188034.pdf", folder)
    (folder / "republished").mkdir()
    shutil.copy(samples / "republished" / "CM16-0188034.pdf", folder / "republished")
    found = loaded(folder, tmp_path / "data")
    assert [row for row in found["letters"] if row[0] == "CM16-0188034"] == [
        ("CM16-0188034", "loaded"),
        ("CM16-0188034", "superseded"),
    ]
    with attached(tmp_path / "data" / "imr.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "SELECT decision_date::VARCHAR, item_count FROM main.determinations WHERE case_number = 'CM16-0188034'"
        ).fetchall()
        items = connection.execute(
            "SELECT count(*) FROM main.disputed_items WHERE determination_id = 'CM16-0188034'"
        ).fetchall()
    assert rows == [("2016-12-01", 2)]
    assert items == [(2,)]


def test_a_worse_copy_does_not_take_the_place_of_a_whole_letter(folder: Path, tmp_path: Path) -> None:
    whole = {number: f"CM16-030000{number}" for number in range(1, 6)}
    for case in whole.values():
        (folder / f"{case}.pdf").write_bytes(bad_files.good_pdf(case))
    before = loaded(folder, tmp_path / "data")
    copies = {
        f"{whole[1]} page 1.pdf": bad_files.first_page_of_letter(whole[1]),
        f"{whole[2]}-copy.pdf": bad_files.first_page_of_letter(whole[2], empty_pages=3),
        f"{whole[3]}.txt": to_text(replace(SHOULDER_SURGERY.letter, case_number=whole[3]), Layout()).encode(),
        # Nobody reads what follows the end of a PDF.
        f"{whole[4]} again.pdf": bad_files.good_pdf(whole[4]) + b"\n",
        f"{whole[5]} corrected.pdf": to_pdf(
            replace(
                SHOULDER_SURGERY.letter,
                case_number=whole[5],
                decision_date=date(2016, 9, 1),
                items=SHOULDER_SURGERY.letter.items[:2],
            ),
            Layout(),
        ),
    }
    for name, content in copies.items():
        (folder / name).write_bytes(content)
    after = loaded(folder, tmp_path / "data")
    assert before["problems"] == []
    with attached(tmp_path / "data" / "imr.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "SELECT uri, item_count FROM main.determinations JOIN main.letter_files USING (sha256)"
            " WHERE determinations.case_number <> ? ORDER BY determinations.case_number",
            [GOOD],
        ).fetchall()
    items = len(SHOULDER_SURGERY.letter.items)
    assert [(Path(path_of(uri)).name, count) for uri, count in rows] == [
        (f"{whole[1]}.pdf", items),
        (f"{whole[2]}.pdf", items),
        (f"{whole[3]}.pdf", items),
        (f"{whole[4]} again.pdf", items),
        (f"{whole[5]} corrected.pdf", 2),
    ]
    about = [row for row in after["problems"] if row[2] == "superseded_had_more_items"]
    assert [(row[5], f"item_count 2 here and {items} in" in str(row[4])) for row in about] == [(whole[5], True)]


def test_the_tables_do_not_depend_on_how_many_runs_the_letters_came_in(folder: Path, tmp_path: Path) -> None:
    for number in range(3):
        (folder / f"CM16-090000{number}.pdf").write_bytes(bad_files.good_pdf(f"CM16-090000{number}"))
    load_tables(folder, tmp_path / "one")
    apart = tmp_path / "apart"
    apart.mkdir()
    for file in sorted(folder.iterdir(), reverse=True):
        shutil.copy(file, apart)
        load_tables(apart, tmp_path / "many")
    for table in (tmp_path / "one" / "tables").rglob("*.parquet"):
        other = tmp_path / "many" / table.relative_to(tmp_path / "one")
        assert pl.read_parquet(table).equals(pl.read_parquet(other)), table
        assert table.read_bytes() == other.read_bytes()


def test_letters_that_the_parser_fails_on_stop_no_other(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 12):
        (folder / f"CM16-03000{number:02}.pdf").write_bytes(bad_files.good_pdf(f"CM16-03000{number:02}"))
    failing: dict[str, type[BaseException]] = {
        "CM16-0300003": ValueError,
        "CM16-0300004": pl.exceptions.ComputeError,
        "CM16-0300011": pl.exceptions.PanicException,
    }

    build_tables = process.build_tables

    def fails(parsed: ParsedLetters, reads: pl.DataFrame, letters: pl.DataFrame) -> dict[str, pl.DataFrame]:
        for case in letters.join(reads, on="sha256", how="semi")["case_number"]:
            if case in failing:
                raise failing[case]("no number in 'x'\nat line 7")
        return build_tables(parsed, reads, letters)

    monkeypatch.setattr(process, "build_tables", fails)
    found = loaded(folder, tmp_path / "data")
    assert {case for case, status in found["letters"] if status == "unreadable"} == set(failing)
    assert len(found["letters"]) == 12
    rows = [(case, stage, code, excerpt) for _, stage, code, _, excerpt, case in found["problems"]]
    assert sorted(rows) == [
        (case, "tables", "parser_failed", f"{error.__name__}: no number in 'x'")
        for case, error in sorted(failing.items())
    ]
    monkeypatch.undo()
    paths = DataPaths.at(tmp_path / "data")
    assert find_pending(paths) == []
    process_pending(paths, "tables")
    build(paths)
    with attached(paths.warehouse, read_only=True) as connection:
        assert connection.execute("SELECT DISTINCT status FROM main.letter_files").fetchall() == [("loaded",)]


def test_a_fault_of_the_machine_is_no_fault_of_a_letter(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "build_tables", Mock(side_effect=MemoryError))
    with pytest.raises(MemoryError):
        load_tables(folder, tmp_path / "data")


HOSTILE = {
    "CM16-0500001": None,
    "CM16-0500002": "not_a_letter",
    "CM16-0500003": "damaged_pdf",
    "CM16-0500004": "damaged_pdf",
    "CM16-0500005": "too_many_pages",
    "CM16-0500006": "not_a_letter",
    "CM16-0500007": "not_a_letter",
    "CM16-0500008": "not_a_letter",
    "CM16-0500009": "not_a_letter",
    "CM16-0500010": "not_a_letter",
    "CM16-0500011": "too_large",
    "CM16-0500012": "too_many_pages",
    "CM16-0500013": "no_text",
    "CM16-0500014": "no_text",
    "CM16-0500015": None,
    **dict.fromkeys((f"CM16-052000{number}" for number in range(1, 8)), None),
    "CM16-0530001": "too_large",
    "CM16-0530002": "too_large",
    "CM16-0530003": None,
    "CM16-0530004": "unreadable_file",
    "CM16-0530005": "unreadable_file",
    "CM16-0530006": "unreadable_file",
    "CM16-0530007": "unreadable_file",
}
"""The one problem of each file that `hostile_files` makes; none where it is a good letter."""


def test_hostile_files_cost_a_problem_each(folder: Path, tmp_path: Path) -> None:
    for name, make in hostile_files.HOSTILE.items():
        (folder / name).write_bytes(make())
    hostile_files.write_odd_entries(folder, tmp_path / "elsewhere")
    found = loaded(folder, tmp_path / "data")
    result = {str(row[5]): row[2] for row in found["problems"]}
    assert len(result) == len(found["problems"])
    assert {case: result.get(case) for case in HOSTILE} == HOSTILE
    assert sorted(found["letters"]) == sorted(
        [(GOOD, "loaded"), *((case, "unreadable" if code else "loaded") for case, code in HOSTILE.items())]
    )
    assert all(str(row[0]).isprintable() for row in found["problems"])
    paths = DataPaths.at(tmp_path / "data")
    assert update_files(paths, folder).new == 0
    assert find_pending(paths) == []
