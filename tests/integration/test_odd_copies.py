"""Letters as they come from others than the state are loaded right, or with a problem row that says what is wrong."""

from collections.abc import Callable
from pathlib import Path

import odd_copies
import polars as pl
import pytest
from loading import load_tables
from odd_copies import PICTURE, REQUESTS, content, shown

from imr_etl.ingest import lines, recognition
from imr_etl.pipeline.update import find_pending, known_letters
from imr_etl.storage.paths import DataPaths

BOTH, FIRST = list(REQUESTS), list(REQUESTS[:1])
WHITE_ITEM = b"1 g " + shown("Custom orthotics for both feet: Overturned", font="B", top=400)

COVERED = content(odd_copies.LETTER[1]) + b"0 g 175 720 80 16 re f "
NOTE = (400, 20, 500, 40)
UNDECIDED = ["hidden_text", "doubtful_decision", "incomplete_letter"]
NOTED = ["annotated_page", "case_number_differs", "incomplete_letter"]
"""Programs that change a file pack its text, in which the letter's number is not replaced below. The note stands behind
the last rationale and ends no sentence."""

COPIES: dict[str, tuple[Callable[[], bytes], list[tuple[str, str]], list[str]]] = {
    "as it was": (odd_copies.plain_letter, BOTH, []),
    "one font": (odd_copies.without_bold_font, BOTH, []),
    "bold by stroke": (odd_copies.bold_by_stroke, BOTH, []),
    "bold by printing twice": (odd_copies.bold_by_printing_twice, BOTH, []),
    "numbers not bold": (odd_copies.numbers_not_bold, BOTH, []),
    "Bates numbers": (lambda: odd_copies.stamped("ABC-EXH-000104", "ABC-EXH-000105"), BOTH, []),
    "fax lines": (lambda: odd_copies.stamped("FROM: ROE PAGE 1 OF 2", "FROM: ROE PAGE 2 OF 2", top=780), BOTH, []),
    "a scanned page": (lambda: odd_copies.second_page(PICTURE), FIRST, ["page_without_text"]),
    "a stamped page": (lambda: odd_copies.second_page(PICTURE + shown("FILED")), FIRST, ["page_without_text"]),
    "an empty page": (lambda: odd_copies.second_page(b""), FIRST, ["page_without_text"]),
    "white text": (lambda: odd_copies.with_more(WHITE_ITEM), BOTH, ["hidden_text"]),
    "a lying font": (odd_copies.lying_font, BOTH, ["hidden_text"]),
    "an uncounted page": (odd_copies.uncounted_page, FIRST, ["incomplete_letter"]),
    "turned pages": (lambda: odd_copies.turned(1), BOTH, ["case_number_differs"]),
    "lines from the foot": (odd_copies.drawn_from_the_foot, BOTH, []),
    "a covered decision": (lambda: odd_copies.second_page(COVERED), FIRST, UNDECIDED),
    "a note": (lambda: odd_copies.annotated("FreeText", "See exhibit", NOTE), BOTH, NOTED),
    "a cut revision": (odd_copies.cut_revision, BOTH, ["incomplete_letter"]),
}
"""What is odd about a copy: its bytes, the requests and decisions to be found, the problems."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
    place = tmp_path_factory.mktemp("copies")
    (place / "letters").mkdir()
    for number, (make, _, _) in enumerate(COPIES.values()):
        name = f"CM16-03100{number:02}.pdf"
        (place / "letters" / name).write_bytes(make().replace(b"CM16-0310001", name[:12].encode()))
    return load_tables(place / "letters", place / "data")


def rows(paths: DataPaths, table: str, what: str) -> pl.DataFrame:
    """The rows of a copy's letter."""
    name = f"CM16-03100{list(COPIES).index(what):02}.pdf"
    files = known_letters(paths, "sha256", "uri").filter(pl.col("uri").str.ends_with(name))
    return pl.read_parquet(paths.tables(table, "CM16-031")).join(files, on="sha256", how="semi")


@pytest.mark.parametrize("what", COPIES)
def test_a_copy_says_what_the_letter_says(loaded: DataPaths, what: str) -> None:
    _, requests, problems = COPIES[what]
    assert rows(loaded, "disputed_items", what).select("request", "decision").rows() == requests
    (letter,) = rows(loaded, "determinations", what).iter_rows(named=True)
    assert (letter["template"], str(letter["decision_date"])) == ("F1", "2016-09-01")
    assert rows(loaded, "reviewer_licenses", what)["state"].to_list() == ["Nevada", "Ohio"]
    assert rows(loaded, "problems", what)["code"].to_list() == problems


def test_pictures_are_read_as_soon_as_tesseract_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letters").mkdir()
    for number, data in enumerate((odd_copies.plain_letter(), odd_copies.second_page(PICTURE))):
        (tmp_path / "letters" / f"CM16-031000{number}.pdf").write_bytes(data)
    # The reading processes find programs where this one does.
    monkeypatch.setenv("PATH", str(tmp_path))
    recognition.is_recognition_installed.cache_clear()
    try:
        paths = load_tables(tmp_path / "letters", tmp_path / "data")
        assert find_pending(paths) == []
        problems = pl.read_parquet(paths.tables("problems", "CM16-031")).filter(pl.col("stage") == "lines")
        assert problems["excerpt"].str.contains("install tesseract").to_list() == [True]
    finally:
        recognition.is_recognition_installed.cache_clear()
    monkeypatch.setattr(lines, "is_recognition_installed", lambda: True)
    assert [block.size for block in find_pending(paths)] == [1]
