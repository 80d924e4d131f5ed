"""Power cuts, full disks, damaged files, a clock that was set back: the next run makes the tables that it should."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from unittest import mock

import bad_files
import polars as pl
import pytest
from letter_writer import to_text
from loading import load_tables, process_pending
from power_cuts import PowerCutError, full_disk, power_cut
from processes import leftovers, parquet_files
from sample_letters import PLAIN_TEXT

import warehouse.build.build
from imr_etl.errors import RunError
from imr_etl.pipeline import update
from imr_etl.pipeline.repair import repair
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths
from warehouse import attached
from warehouse.build.build import build
from warehouse.build.inputs import is_current
from warehouse.query.connect import loaded_letters

SAMPLES = Path(__file__).parent.parent / "fixtures" / "letters"
BLOCK = "CM16-002"

Load = Callable[[Path], list[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Letters of two blocks, two of them of one case, and a file that is no letter."""
    letters = tmp_path_factory.mktemp("letters")
    for name in ("CM16-0020417.pdf", "CM16-0188034.pdf"):
        shutil.copy(SAMPLES / name, letters)
    shutil.copytree(SAMPLES / "republished", letters / "republished")
    (letters / "CM16-0020001.pdf").write_bytes(bad_files.html_page())
    return letters


@pytest.fixture(scope="module")
def load(folder: Path) -> Iterator[Load]:
    """Run as the command line does, without Dagster; return what was repaired.

    Marts that need all letters, and answers, are not computed: they are half of a small build and no file of their own.
    """

    def run(data: Path, letters: Path = folder) -> list[str]:
        paths = DataPaths.at(data)
        repairs = repair(paths, lambda: loaded_letters(paths.warehouse))
        load_tables(letters, data)
        if not is_current(paths):
            build(paths)
        return repairs

    figures = dict.fromkeys(("compute_from_all_letters", "store_answers"), lambda _: None)
    with mock.patch.multiple(warehouse.build.build, **figures):
        yield run


@pytest.fixture(scope="module")
def undisturbed(load: Load, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("undisturbed")
    load(data)
    return data


@pytest.fixture
def data(undisturbed: Path, tmp_path: Path) -> Path:
    """A data folder after a good run, for tests that damage it."""
    return Path(shutil.copytree(undisturbed, tmp_path / "data", symlinks=True))


def rows(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the warehouse's rows, sorted, without times of day."""
    tables = ("determinations", "disputed_items", "item_drugs", "guideline_citations", "problems")
    with attached(data / "imr.duckdb", read_only=True) as connection:
        found = {name: connection.execute(f"FROM main.{name} ORDER BY ALL").fetchall() for name in tables}
        return found | {
            "files": connection.execute(
                "SELECT sha256, status, page_count FROM main.letter_files ORDER BY ALL"
            ).fetchall()
        }


@pytest.mark.parametrize("every", [31])
def test_power_cuts_in_a_first_run(load: Load, undisturbed: Path, tmp_path: Path, every: int) -> None:
    assert_survived(power_cut, PowerCutError, load, undisturbed, tmp_path, every)


@pytest.mark.parametrize("every", [37])
def test_a_full_disk_in_a_first_run(load: Load, undisturbed: Path, tmp_path: Path, every: int) -> None:
    assert_survived(full_disk, OSError, load, undisturbed, tmp_path, every)


def assert_survived(trouble, error: type[BaseException], load: Load, undisturbed: Path, tmp: Path, every: int) -> None:
    """Check that the next run ends where an undisturbed one does, whatever step the trouble comes at."""
    for at in range(1, 1000, every):
        data = tmp / str(at)
        with trouble(at) as steps:
            stopped = stop_of(load, data)
        if steps.count < at:
            assert stopped is None
            break
        # A disk that is full when nothing but removals is left stops nothing.
        assert isinstance(stopped, error) or (error is OSError and is_current(DataPaths.at(data)))
        assert_next_run_ends(load, data, undisturbed, at)
    assert at > 60
    assert rows(data) == rows(undisturbed)


def stop_of(load: Load, data: Path) -> BaseException | None:
    try:
        load(data)
    except (PowerCutError, OSError) as error:
        return error
    return None


def assert_next_run_ends(load: Load, data: Path, undisturbed: Path, at: int) -> None:
    assert load(data) == [], at
    assert parquet_files(data) == parquet_files(undisturbed), at
    assert leftovers(data) == [], at
    assert rows(data) == rows(undisturbed), at


def test_power_cuts_while_all_is_parsed_again(load: Load, undisturbed: Path, data: Path) -> None:
    """A build between the two runs refuses tables that are half new."""
    paths = DataPaths.at(data)
    for at in (3, 14, 25):
        with power_cut(at), pytest.raises(PowerCutError):
            process_pending(paths, "tables")
        with pytest.raises(RunError, match=r"not replaced: .* letters_half_parsed"):
            build(paths)
        assert rows(data) == rows(undisturbed)
        assert_next_run_ends(load, data, undisturbed, at)


@pytest.mark.parametrize("spoil", [lambda b: b[: len(b) // 2], lambda b: b"?" * len(b), lambda _: b"", None])
@pytest.mark.parametrize(
    "place", ["lines/letter_lines", "lines/letter_reads", "tables/letter_parses", "tables/item_drugs"]
)
def test_a_broken_file_of_a_block_is_made_again(load: Load, undisturbed: Path, data: Path, place: str, spoil) -> None:
    path = data / place / f"{BLOCK}.parquet"
    broken = spoil(path.read_bytes()) if spoil else None
    if broken is None:
        path.unlink()
    else:
        path.write_bytes(broken)
    repairs = load(data)
    again = AGAIN[Path(place).parts[0]]
    quarantined = path.with_name(path.name + ".damaged")
    if broken is not None:
        assert repairs == [f"{place}/{path.name} is damaged and was renamed to {quarantined.name}: {again}."]
        assert quarantined.read_bytes() == broken
        quarantined.unlink()
    elif path.stem == "letter_lines":
        assert repairs == [f"{place}/{path.name} is missing: {again}."]
    assert_next_run_ends(load, data, undisturbed, 0)
    assert load(data) == []


AGAIN = {"lines": "the letters of CM16-002 are read again", "tables": "the lines of CM16-002 are parsed again"}


def test_letters_whose_file_is_gone_keep_their_tables(load: Load, data: Path, folder: Path) -> None:
    letters = Path(shutil.copytree(folder, data.parent / "letters"))
    load(data, letters)
    before = rows(data)
    (letters / "CM16-0020417.pdf").rename(letters / "CM16-0020417")
    (data / "lines" / "letter_lines" / f"{BLOCK}.parquet").write_bytes(b"")
    (sentence,) = load(data, letters)
    assert "are read again" in sentence
    assert rows(data) | {"files": before["files"]} == before
    (letters / "CM16-0020417").rename(letters / "CM16-0020417.pdf")
    load(data, letters)
    assert rows(data) == before


def test_broken_tables_of_files_are_made_again(load: Load, undisturbed: Path, data: Path) -> None:
    broken = sorted((data / "files").rglob("*.parquet"))
    for path in broken:
        path.write_bytes(b"?")
    assert len(load(data)) == len(broken)
    for path in (data / "files").rglob("*.damaged"):
        path.unlink()
    assert_next_run_ends(load, data, undisturbed, 0)


def test_a_content_that_no_file_has_any_more_outlives_its_table(load: Load, data: Path, folder: Path) -> None:
    letters = Path(shutil.copytree(folder, data.parent / "letters"))
    shutil.copy(letters / "republished" / "CM16-0188034.pdf", letters)
    shutil.rmtree(letters / "republished")
    load(data, letters)
    before = rows(data)
    for path in (data / "files").rglob("*.parquet"):
        path.write_bytes(b"?")
    load(data, letters)
    assert rows(data) == before
    assert "superseded" in {status for _, status, _ in before["files"]}


def test_letters_come_from_a_warehouse_that_lacks_a_column(load: Load, undisturbed: Path, data: Path) -> None:
    """Another version built it, and the table of the letters of a block is broken."""
    with attached(data / "imr.duckdb") as connection:
        connection.execute("ALTER TABLE main.letter_files DROP COLUMN media_type")
    (data / "files" / "letter_files" / f"{BLOCK}.parquet").write_bytes(b"?")
    assert len(load(data)) == 1
    assert parquet_files(data) == parquet_files(undisturbed)


def test_only_what_changed_since_is_read_again(load: Load, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(data)
    paths = DataPaths.at(data)
    verified: list[Path] = []
    monkeypatch.setattr("imr_etl.pipeline.repair.is_intact", lambda path: verified.append(path) or True)
    repair(paths, pl.DataFrame)
    assert verified == [paths.verified_files]
    process_pending(paths, "tables")
    repair(paths, pl.DataFrame)
    written = {path for path in paths.parquet() if "tables" in path.parts}
    assert set(verified) == written | {paths.verified_files}
    repair(paths, pl.DataFrame, verify_all=True)
    assert set(paths.parquet()) < set(verified)


def test_a_letter_that_cannot_be_read_again_keeps_its_lines(load: Load, undisturbed: Path, data: Path) -> None:
    paths = DataPaths.at(data)
    letter_files = pl.read_parquet(paths.letter_files(BLOCK))
    parquet.write(letter_files.with_columns(pl.col("uri") + "-moved"), paths.letter_files(BLOCK))
    assert process_pending(paths, "lines")[BLOCK] == (0, 2)
    assert_next_run_ends(load, data, undisturbed, 0)


@pytest.mark.parametrize("year", [1970, 2099])
def test_the_letter_seen_last_counts_whatever_the_clock_says(
    load: Load, data: Path, folder: Path, monkeypatch, year
) -> None:
    letters = Path(shutil.copytree(folder, data.parent / "letters"))
    for number, clock in enumerate((2026, year, 2026)):
        monkeypatch.setattr(update, "datetime", FixedClock(clock))
        (letters / str(number)).mkdir()
        (letters / str(number) / "CM16-0020777.txt").write_text(letter(number))
        load(data, letters)
        with attached(data / "imr.duckdb", read_only=True) as connection:
            found = connection.execute(
                "SELECT uri FROM main.letter_files WHERE status = 'loaded' AND case_number = 'CM16-0020777'"
            ).fetchall()
        assert [uri for (uri,) in found] == [(letters / str(number) / "CM16-0020777.txt").as_uri()]


class FixedClock:
    """A clock that stands."""

    def __init__(self, year: int) -> None:
        self._year = year

    def now(self, zone: tzinfo) -> datetime:
        return datetime(self._year, 1, 1, tzinfo=zone)


def letter(number: int) -> str:
    """A letter of one case with the same decision date each time, and another hash."""
    return to_text(
        replace(PLAIN_TEXT.letter, case_number="CM16-0020777", summary=(f"Summary {9 - number}",)), PLAIN_TEXT.layout
    )
