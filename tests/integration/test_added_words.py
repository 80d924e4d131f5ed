"""Rows that a data folder adds to code tables: letters are parsed again by them, in every process that parses."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from letter_writer import to_text
from sample_letters import SAMPLES

from assets.definitions import defs
from assets.wiring.resources import Folders
from imr_etl.parse import PARSER_VERSION
from imr_etl.pipeline.process import make_tables
from imr_etl.schema.tables import TABLES
from imr_etl.storage.parquet import read
from imr_etl.storage.paths import DataPaths
from imr_etl.vocabulary import code_table_names, package_table, replace_tables
from imr_etl.vocabulary.additions import use_vocabulary

CASE = "CM16-0300001"
DRUGS = "ingredient,drug_class,aliases\nzoltrixine,Opioids,Zoltrix\n"


@pytest.fixture(autouse=True)
def package_tables_again() -> Iterator[None]:
    yield
    replace_tables({}, None)


@pytest.fixture
def letters(letters: Path) -> Path:
    """One more letter, in a block of its own, that asks for a drug that no code table knows."""
    sample = next(sample for sample in SAMPLES if sample.path == "CM16-0020417.pdf")
    item = replace(sample.letter.items[0], disputed="Zoltrix 10 mg tablets #60")
    letter = replace(sample.letter, case_number=CASE, items=(item,))
    (letters / f"{CASE}.txt").write_text(to_text(letter, sample.layout))
    return letters


def test_a_drug_that_is_added_and_taken_away_again(load, data: Path, ask) -> None:
    def found() -> tuple[list[tuple[object, ...]], ...]:
        return (
            ask(f"SELECT ingredient, drug_class FROM main.item_drugs WHERE determination_id = '{CASE}'"),
            ask(f"SELECT excerpt FROM main.problems WHERE code = 'unknown_drug' AND case_number = '{CASE}'"),
            ask("SELECT ingredient FROM codes.drugs WHERE ingredient = 'zoltrixine'"),
            ask("SELECT DISTINCT parser_version FROM main.determinations"),
        )

    assert load().returncode == 0
    before = found()
    tables = {path: path.read_bytes() for path in (data / "tables").rglob("*.parquet")}
    lines = {path: path.stat().st_mtime_ns for path in (data / "lines").rglob("*.parquet")}
    assert before[1:] == ([("Zoltrix 10 mg tablets #60",)], [], [(PARSER_VERSION,)])

    (data / "vocabulary").mkdir()
    (data / "vocabulary" / "drugs.csv").write_text(DRUGS)
    done = load()
    assert done.stderr.startswith("The tables of 4 letters were made by other rules")
    drugs, unknown, codes, versions = found()
    assert (drugs, unknown, codes) == ([("zoltrixine", "Opioids")], [], [("zoltrixine",)])
    assert re.fullmatch(re.escape(PARSER_VERSION) + r"\.[0-9a-f]{8}", str(versions[0][0]))
    assert {path: path.stat().st_mtime_ns for path in lines} == lines, "no file was read again"
    assert "Nothing new" in load().stdout

    (data / "vocabulary" / "drugs.csv").unlink()
    assert load().returncode == 0
    assert found() == before
    assert {path: path.read_bytes() for path in tables} == tables


def test_a_faulty_row_is_one_sentence_and_nothing_is_run(load, data: Path) -> None:
    (data / "vocabulary").mkdir(parents=True)
    (data / "vocabulary" / "drugs.csv").write_text(DRUGS.replace("Opioids", "Opiods"))
    done = load()
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if not line.startswith("Loading")]
    assert said == [
        f"{data / 'vocabulary' / 'drugs.csv'} line 2: 'Opiods' is no drug_class: write Opioids or Opioid Antagonist."
    ]
    assert not (data / "files").exists()


def test_a_dagster_run_parses_by_the_added_rows(letters: Path, data: Path, ask) -> None:
    folders = Folders(letters=str(letters), data=str(data))
    (data / "vocabulary").mkdir(parents=True)
    (data / "vocabulary" / "drugs.csv").write_text(DRUGS)
    with dg.DagsterInstance.ephemeral() as instance:
        done = defs.resolve_job_def("update").execute_in_process(instance=instance, resources={"folders": folders})
    assert done.success
    assert ask(f"SELECT ingredient FROM main.item_drugs WHERE determination_id = '{CASE}'") == [("zoltrixine",)]


def test_no_character_of_an_added_row_breaks_a_pattern(load, data: Path, tmp_path: Path) -> None:
    assert load().returncode == 0
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in code_table_names():
        table = package_table(name)
        key = table.columns[0]
        if table[key].is_unique().all() and key != "number":
            row = table.head(1).drop("aliases", "misspellings").with_columns(pl.lit(f"{name} (?*[+\\'\"").alias(key))
            row.write_csv(folder / f"{name}.csv")
    use_vocabulary(folder)
    paths = DataPaths.at(data)
    block = next(path.stem for path in (data / "tables" / "determinations").glob("*.parquet"))
    frames = [
        read(path, TABLES[name].schema)
        for name, path in (
            ("letter_lines", paths.lines("letter_lines", block)),
            ("letter_reads", paths.lines("letter_reads", block)),
            ("letter_files", paths.letter_files(block)),
        )
    ]
    made = make_tables(*frames)
    assert made["determinations"].height > 0
    assert "parser_failed" not in made["problems"]["code"].to_list()
