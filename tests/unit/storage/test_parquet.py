"""Parquet and CSV files are read in one way each: nothing is guessed from the path of a file."""

import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

import assets
import imr_etl
import warehouse
from imr_etl.errors import RunError
from imr_etl.storage import parquet
from warehouse.build.parquet import define_parquet_rows, file_names

PACKAGES = [Path(package.__file__ or "").parent for package in (imr_etl, warehouse, assets)]
READER = re.compile(
    r"\b(?:(?:read|scan)_(?:parquet|csv)\w*|parquet_scan|read_csv_auto)(?=\()|'[^'\n]*\.(?:parquet|csv)'"
)
"""A call that reads Parquet or CSV, of polars or of DuckDB, and a file that DuckDB reads by its name alone."""

HELPERS = {
    "imr_etl/sources/text_table.py": ["scan_csv"],
    "imr_etl/storage/parquet.py": ["scan_parquet"],
    "imr_etl/vocabulary/__init__.py": ["read_csv"],
    "warehouse/build/parquet.py": ["read_parquet"],
}
"""The modules that may read, each by one call."""


def test_only_the_helpers_read_parquet_and_csv() -> None:
    found = {
        f"{package.name}/{path.relative_to(package)}": calls
        for package in PACKAGES
        for path in sorted(package.rglob("*"))
        if path.suffix in {".py", ".sql"} and (calls := READER.findall(path.read_text(encoding="utf-8")))
    }
    assert found == HELPERS


@pytest.mark.parametrize(
    "folder", ["case_number=CM16-0123456", "year=2018", "eq=x", "a*", "a?c", "[a-z]bc", "**", "a]"]
)
def test_the_name_of_a_folder_is_only_a_name(tmp_path: Path, folder: str) -> None:
    for number, name in enumerate(("abc", folder)):
        (tmp_path / name).mkdir()
        pl.DataFrame({"sha256": ["a"], "number": [number]}).write_parquet(tmp_path / name / "CM16-002.parquet")
    file = tmp_path / folder / "CM16-002.parquet"
    assert parquet.open_parquet(file).collect().to_dicts() == [{"sha256": "a", "number": 1}]
    with duckdb.connect() as connection:
        define_parquet_rows(connection)
        rows = connection.execute("FROM parquet_rows($files)", {"files": file_names([file])})
        assert [column[0] for column in rows.description] == ["sha256", "number", "file_block"]
        assert rows.fetchall() == [("a", 1, "CM16-002")]


# A file that another version of the tables wrote


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "letter_lines" / "CM16-002.parquet"
    parquet.write(pl.DataFrame({"sha256": ["a", "b"], "page": [1, 2], "gone": ["x", "y"]}), path)
    return path


def test_a_column_that_a_file_lacks_is_null(file: Path) -> None:
    schema = {"sha256": pl.String(), "page": pl.Int32(), "is_bold": pl.Boolean(), "sections": pl.List(pl.String())}
    rows = parquet.read(file, schema)
    assert rows.schema == schema
    assert rows.rows() == [("a", 1, None, None), ("b", 2, None, None)]
    assert parquet.scan(file, schema).select("is_bold").collect().rows() == [(None,), (None,)]


def test_a_column_of_another_type_is_null(file: Path) -> None:
    assert parquet.read(file, {"page": pl.String(), "gone": pl.Int32()}).rows() == [(None, None), (None, None)]


def test_a_file_with_other_columns_is_written_again(file: Path) -> None:
    rows = parquet.read(file, {"sha256": pl.String(), "page": pl.Int64()})
    parquet.write_if_changed(rows, file)
    assert parquet.open_parquet(file).collect().equals(rows)
    written = file.stat().st_mtime_ns
    parquet.write_if_changed(rows, file)
    assert file.stat().st_mtime_ns == written


def test_a_damaged_file_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-10])
    for reading in (parquet.read, parquet.scan):
        with pytest.raises(RunError, match=r"CM16-002.parquet is damaged: `imr-etl run --rehash` repairs it"):
            reading(file, {"sha256": pl.String()})
