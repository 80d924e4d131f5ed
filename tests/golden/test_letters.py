"""Made-up letters and the tables that a reader finds in them, in PDFs and in plain text.

Each letter of `tests/fixtures/letters` has its expected tables beside this file, in `expected/`. Where they are
missing the test writes them and fails: read what it wrote, against the letter, before you commit it.
"""

import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from letter_writer import to_text
from sample_letters import SAMPLES

from imr_etl.ingest.files import LETTER_FILES, SIGHTINGS, letter_files, list_letters, update_sightings
from imr_etl.ingest.lines import read_letters
from imr_etl.ingest.workers import Pool
from imr_etl.pipeline.process import make_tables
from imr_etl.transform.tables import TABLE_NAMES

EXPECTED = Path(__file__).with_name("expected")
LETTERS = Path(__file__).parent.parent / "fixtures" / "letters"
NOT_OF_THE_LETTER = ("sha256", "parser_version", "determination_id")


OF_PAGES = ("first_page", "last_page", "page", "page_count")

Tables = dict[str, dict[str, pl.DataFrame]]


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The tables of each letter, by its path below the folder."""
    return read(LETTERS)


@pytest.fixture(scope="module")
def tables_of_texts(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The tables of each letter set as plain text, by the path of its PDF."""
    folder = tmp_path_factory.mktemp("texts")
    for sample in SAMPLES:
        file = (folder / sample.path).with_suffix(".txt")
        file.parent.mkdir(exist_ok=True)
        file.write_text(to_text(sample.letter, sample.layout), encoding="utf-8")
    return {path.replace(".txt", ".pdf"): found for path, found in read(folder).items()}


def read(folder: Path) -> Tables:
    sightings = update_sightings(list_letters(folder).letters, SIGHTINGS.empty(), datetime(2026, 11, 23))
    files = letter_files(sightings, LETTER_FILES.empty())
    with Pool(2) as pool:
        lines, reads = read_letters(files, pool)
    found = make_tables(lines, reads, files)
    root = folder.as_uri() + "/"
    return {
        uri.removeprefix(root).replace("%20", " "): {
            name: table.filter(pl.col("sha256") == sha256).drop(NOT_OF_THE_LETTER, strict=False)
            for name, table in found.items()
        }
        for uri, sha256 in files.select("uri", "sha256").iter_rows()
    }


@pytest.mark.parametrize("path", sorted(str(sample.path) for sample in SAMPLES))
def test_letter(path: str, tables: Tables) -> None:
    found = {name: json.loads(tables[path][name].write_json()) for name in TABLE_NAMES}
    expected = expected_tables(path)
    if not expected.exists():
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{expected} was not there; it is now: read it against the letter, then commit it")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(sample.path for sample in SAMPLES if sample.path.endswith(".pdf")))
def test_a_letter_says_the_same_without_fonts_and_pages(path: str, tables_of_texts: Tables) -> None:
    """Hyphens do not count: where a line ends shows which words are split, and text has other lines."""
    expected = json.loads(expected_tables(path).read_text(encoding="utf-8").replace("-", ""))
    for name in TABLE_NAMES:
        found = json.loads(tables_of_texts[path][name].write_json().replace("-", ""))
        for row in expected[name] + found:
            for column in OF_PAGES:
                row.pop(column, None)
        assert found == expected[name]


def expected_tables(path: str) -> Path:
    return EXPECTED / (path.replace("/", "__") + ".json")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.path))
def test_items_are_what_the_letter_says(sample, tables: Tables) -> None:
    """The writer of a letter knows its items; the unknown template is not expected to be read."""
    letter = sample.letter
    if letter.template == "unknown":
        pytest.skip("a template that nobody has described yet")
    items = tables[str(sample.path)]["disputed_items"]
    assert items["decision"].to_list() == [item.decision for item in letter.items]
    assert items["disputed"].to_list() == [item.disputed for item in letter.items]
    assert items["authorized"].to_list() == [item.authorized for item in letter.items]
    assert [folded(text) for text in items["rationale"]] == [folded(" ".join(item.rationale)) for item in letter.items]


def folded(text: str | None) -> str:
    """What a layout can do to a text left out: line breaks, hyphens, lost spaces."""
    return "".join((text or "").replace("-", "").split())
