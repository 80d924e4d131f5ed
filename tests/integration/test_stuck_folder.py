"""A data folder in which a letter of version 0.1 stopped every run goes on with a plain run of this version."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from bad_files import good_text
from loading import load_tables

from imr_etl.ingest import files
from imr_etl.pipeline.update import PARSES
from imr_etl.storage import parquet

BLOCK = "CM18-020"
GOOD, ODD_DATE, ODD_PRIORITY = "CM18-0200000", "CM18-0200001", "CM18-0200002"

Run = Callable[..., subprocess.CompletedProcess[str]]
Ask = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    for case in (GOOD, ODD_DATE, ODD_PRIORITY):
        (folder / f"{case}.txt").write_bytes(good_text(case))
    return folder


@pytest.mark.parametrize("is_there", [True, False])
def test_a_data_folder_that_two_letters_stopped_goes_on(
    letters: Path, data: Path, load: Run, ask: Ask, *, is_there: bool
) -> None:
    """As version 0.1 left it: lines that every parse failed on, rows that every build refused, and no warehouse."""
    paths = load_tables(letters, data)
    sha256 = dict(parquet.read(paths.letter_files(BLOCK), files.LETTER_FILES.schema)["case_number", "sha256"].rows())
    is_odd = pl.col("sha256") == sha256[ODD_DATE]
    rewrite(paths.lines("letter_lines", BLOCK), text=pl.when(is_odd).then(in_arabic_digits()).otherwise("text"))
    rewrite(paths.lines("letter_reads", BLOCK), extractor_version=pl.lit("2"))
    is_odd = pl.col("sha256") == sha256[ODD_PRIORITY]
    rewrite(paths.tables("determinations", BLOCK), priority=pl.when(is_odd).then(pl.lit("odd")).otherwise("priority"))
    parses = parquet.read(paths.tables("letter_parses", BLOCK), PARSES.schema).remove(sha256=sha256[ODD_DATE])
    parquet.write(parses.with_columns(parser_version=pl.lit("12")), paths.tables("letter_parses", BLOCK))
    if not is_there:
        (letters / f"{ODD_DATE}.txt").unlink()
        (letters / f"{ODD_PRIORITY}.txt").unlink()
    done = load()
    assert done.returncode == 0, done.stderr
    assert ask("SELECT DISTINCT status FROM main.letter_files") == [("loaded",)]
    dates = {str(case): date for case, date in ask("SELECT case_number, decision_date FROM main.determinations")}
    assert len(dates) == 3
    assert (dates[ODD_DATE] is not None) == is_there, "a letter that is there is read again"
    unreadable = ask("SELECT DISTINCT case_number FROM main.problems WHERE code = 'field_unreadable'")
    assert unreadable == ([] if is_there else [(ODD_DATE,)])


def rewrite(path: Path, **columns: pl.Expr) -> None:
    """Change columns of a Parquet file."""
    parquet.write(pl.read_parquet(path, glob=False).with_columns(**columns), path)


def in_arabic_digits() -> pl.Expr:
    """Lines as a version kept them that took digits as they came."""
    digits = "0123456789"
    return pl.col("text").str.replace_many(list(digits), [chr(0x660 + int(digit)) for digit in digits])
