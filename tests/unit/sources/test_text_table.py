"""Tables of texts: an id and a text column, found or named, read by column."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from imr_etl.errors import RunError
from imr_etl.ingest.files import SIGHTINGS, list_letters, update_sightings
from imr_etl.ingest.lines import read_letters
from imr_etl.ingest.workers import Pool
from imr_etl.sources import read, text_table
from imr_etl.sources.source import MEMBER

NOON = datetime(2026, 11, 23, 12)
ROWS = pl.DataFrame({"id": ["CM16-0000001", "a b/ü#?!", "CM16-0000003"], "text": ["one", 'two,\n"2"', ""]})


def jsonl(rows: pl.DataFrame, path: Path) -> None:
    path.write_bytes(rows.write_ndjson().encode())


def packed(rows: pl.DataFrame, path: Path) -> None:
    path.write_bytes(gzip.compress(rows.write_ndjson().encode()))


WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    ".parquet": pl.DataFrame.write_parquet,
    ".jsonl": jsonl,
    ".jsonl.gz": packed,
    ".csv": pl.DataFrame.write_csv,
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", ["letters", "it's [2016]* 100%; year=2018?"])
def test_a_row_is_a_letter_and_its_address_leads_back(tmp_path: Path, kind: str, name: str) -> None:
    path = tmp_path / f"{name}{kind}"
    WRITERS[kind](ROWS, path)
    found = list_letters(path)
    by_text = {read(uri).decode(): uri.partition(MEMBER)[2] for uri in found.letters["uri"]}
    assert by_text == {"one": "CM16-0000001", 'two,\n"2"': "a%20b/%C3%BC%23%3F%21", "": "CM16-0000003"}
    assert found.letters.sort("uri")["case_number"].to_list() == ["CM16-0000001", "CM16-0000003", None]
    sightings = update_sightings(found.letters, SIGHTINGS.empty(), NOON)
    assert set(sightings["sha256"]) == {hashlib.sha256(text.encode()).hexdigest() for text in ROWS["text"]}


def test_columns_are_found_by_usual_names_or_named(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    pl.DataFrame({"Case_Number": ["CM16-0000001"], "Body": ["one"], "Text": ["two"], "key": [3]}).write_csv(path)
    for options, address, text in (
        ("", "CM16-0000001", b"two"),
        ("?text=Body", "CM16-0000001", b"one"),
        ("?id=key&text=Body", "3", b"one"),
    ):
        (uri,) = list_letters(f"{path}{options}").letters["uri"]
        assert (uri.partition(MEMBER)[2], read(uri)) == (address, text)


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        (
            ["letter", "number"],
            "",
            r"no column for the names .*t\?id=COLUMN.*its columns: letter, number",
        ),
        (["id", "words"], "", "no column for the texts of letters"),
        (["id", "text"], "?text=words", "no column for the texts of letters"),
        (["id", "text"], "?txt=words", r"\?txt=\.\.\. is no option of a table"),
        (["id", "text"], "?id=text", "one column for the names and the texts"),
    ],
)
def test_a_table_without_the_columns_ends_in_a_sentence(
    tmp_path: Path, columns: list[str], options: str, words: str
) -> None:
    pl.DataFrame({column: ["x"] for column in columns}).write_parquet(tmp_path / "letters.parquet")
    with pytest.raises(RunError, match=words):
        list_letters(f"{tmp_path}/letters.parquet{options}")


def test_numbers_for_texts_are_no_letters(tmp_path: Path) -> None:
    pl.DataFrame({"id": ["a"], "text": [1]}).write_parquet(tmp_path / "letters.parquet")
    with pytest.raises(RunError, match="no column for the texts"):
        list_letters(tmp_path / "letters.parquet")


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00garbage\n\xff", b"PAR1 cut"])
def test_a_damaged_table_ends_in_a_sentence(tmp_path: Path, kind: str, data: bytes) -> None:
    path = tmp_path / f"letters{kind}"
    path.write_bytes(data)
    with pytest.raises(RunError, match="letters"):
        list_letters(path)


def test_a_damaged_line_in_a_long_table_ends_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    lines = [json.dumps({"id": str(number), "text": "x"}) for number in range(5000)]
    path.write_text("\n".join([*lines, '{"id": "cut', *lines]))
    with pytest.raises(RunError, match=r"letters\.jsonl cannot be listed"):
        list_letters(path)


def test_rows_without_a_text_are_counted_and_rows_of_one_id_distinguished(tmp_path: Path) -> None:
    path = tmp_path / "letters.parquet"
    rows = {"id": ["a", "a", None, "b", "a"], "text": ["one", None, "x", None, "two"]}
    pl.DataFrame(rows).write_parquet(path)
    found = list_letters(path)
    assert {uri.partition(MEMBER)[2]: read(uri) for uri in found.letters["uri"]} == {"a": b"one", "a#2": b"two"}
    assert found.passed_over == {"row without id or text": 3}


def test_a_table_is_read_again_only_where_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "letters.parquet"
    ROWS.write_parquet(path)
    first = list_letters(path)
    known = update_sightings(first.letters, SIGHTINGS.empty(), NOON)
    with monkeypatch.context() as patched:
        patched.setattr(text_table, "_texts", lambda *_: pytest.fail("it was read"))
        again = list_letters(path, known, first.containers)
    assert again.letters.equals(first.letters)
    assert again.containers.equals(first.containers)
    pl.concat([ROWS, pl.DataFrame({"id": ["new"], "text": ["four"]})]).write_parquet(path)
    changed = list_letters(path, known, first.containers)
    assert update_sightings(changed.letters, known, NOON).join(known, on="sha256", how="anti").height == 1


def test_the_letters_of_a_table_are_read_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "letters.parquet"
    pl.DataFrame({"id": [f"n{n}" for n in range(500)], "text": [f"Text {n}" for n in range(500)]}).write_parquet(path)
    letters = update_sightings(list_letters(path).letters, SIGHTINGS.empty(), NOON)
    scans: list[str] = []
    whole = text_table._texts

    def noted(address: str) -> pl.LazyFrame:
        scans.append(address)
        return whole(address)

    monkeypatch.setattr(text_table, "_texts", noted)
    with Pool(1) as pool:
        lines, reads = read_letters(letters, pool)
    assert len(scans) == 1
    assert set(lines["text"]) == {f"Text {n}" for n in range(500)}
    assert reads["code"].null_count() == 500


def test_a_row_that_changed_since_the_listing_is_left_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "letters.parquet"
    ROWS.write_parquet(path)
    letters = update_sightings(list_letters(path).letters, SIGHTINGS.empty(), NOON).filter(case_number="CM16-0000001")
    ROWS.with_columns(text=pl.lit("other")).write_parquet(path)
    with Pool(1) as pool:
        assert read_letters(letters, pool)[1]["code"].to_list() == ["file_changed"]
