"""What tests of the warehouse share: Parquet files made by hand, as the stages before it would leave them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from made_up_rows import made_up_letters, rows_of

from imr_etl import store
from imr_etl.paths import DataPaths
from imr_etl.schema.tables import TABLES
from warehouse.build import build

BLOCK = "CM16-002"
FIRST, SECOND = "CM16-0020001", "CM16-0020002"

Row = dict[str, object]
Put = Callable[..., None]

ORDINARY: dict[str, Row] = {
    "letter_files": {"block": BLOCK, "uri": "file:///letters/a.pdf", "first_seen": datetime(2026, 1, 1)},
    "letter_reads": {"extractor_version": "1", "extractor": "pdfium", "page_count": 4},
    "letter_parses": {"extractor_version": "1", "parser_version": "1"},
    "determinations": {"template": "F1", "item_count": 0, "page_count": 4, "parser_version": "1"},
    "disputed_items": {
        "request": "MRI of the knee",
        "disputed": "MRI of the knee",
        "decision": "upheld",
        "is_retrospective": False,
        "first_page": 2,
        "last_page": 3,
    },
    "item_drugs": {"drug_as_written": "ibuprofen", "is_compound": False},
    "item_body_parts": {"region": "knee"},
    "guideline_citations": {"source": "MTUS", "guideline": "Chronic Pain"},
    "reviewer_licenses": {"state": "California"},
    "reviewer_specialties": {"specialty_as_written": "Orthopedics"},
    "diagnoses": {"diagnosis": "lumbar strain"},
    "problems": {"stage": "tables", "code": "header_missing"},
}
"""What a row holds unless a test says otherwise; columns that are not named are null."""


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths.at(tmp_path / "data")


@pytest.fixture(scope="session")
def write_rows() -> Put:
    """Write rows of tables as the Parquet files of a block below a data folder; what has a determination is parsed."""

    def run(paths: DataPaths, block: str = BLOCK, /, **tables: list[Row]) -> None:
        if "letter_parses" not in tables and not _path(paths, "letter_parses", block).exists():
            tables["letter_parses"] = [{"sha256": row["sha256"]} for row in tables.get("determinations", [])]
        for name, rows in tables.items():
            store.write(_frame(name, rows), _path(paths, name, block))

    return run


@pytest.fixture
def put(paths: DataPaths, write_rows: Put) -> Put:
    """The same below the data folder of this test."""

    def run(block: str = BLOCK, /, **tables: list[Row]) -> None:
        write_rows(paths, block, **tables)

    return run


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory, write_rows: Put) -> DataPaths:
    """A warehouse of made-up letters, for reading only."""
    paths = DataPaths.at(tmp_path_factory.mktemp("made_up"))
    write_rows(paths, **rows_of(made_up_letters()))
    build(paths)
    return paths


@pytest.fixture(scope="session")
def two_letters() -> dict[str, list[Row]]:
    """Two letters: one with an item that has a row in every table, one without any."""
    return {
        "letter_files": [{"sha256": "a", "case_number": FIRST}, {"sha256": "b", "case_number": SECOND}],
        "letter_reads": [{"sha256": "a"}, {"sha256": "b"}],
        "letter_parses": [{"sha256": "a"}, {"sha256": "b"}],
        "determinations": [
            {"sha256": "a", "determination_id": FIRST, "case_number": FIRST, "outcome": "upheld", "item_count": 1},
            {"sha256": "b", "determination_id": SECOND, "case_number": SECOND},
        ],
        "disputed_items": [{"sha256": "a", "item_number": 1}],
        "item_drugs": [{"sha256": "a", "item_number": 1, "position": 1}],
        "item_body_parts": [{"sha256": "a", "item_number": 1, "position": 1}],
        "guideline_citations": [{"sha256": "a", "item_number": 1, "cited_by": "reviewer", "position": 1}],
        "reviewer_licenses": [{"sha256": "a", "position": 1}],
        "reviewer_specialties": [{"sha256": "a", "position": 1}],
        "diagnoses": [{"sha256": "a", "position": 1}],
        "problems": [{"sha256": "b", "position": 1, "code": "no_items"}],
    }


@pytest.fixture
def letters(put: Put, two_letters: dict[str, list[Row]]) -> None:
    """The two letters, written."""
    put(**two_letters)


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    table = TABLES[name.removeprefix("file_")]
    filled = [dict.fromkeys(table.columns) | ORDINARY[table.name] | row for row in rows]
    return table.conform(pl.DataFrame(filled, schema=dict(table.schema)))


def _path(paths: DataPaths, name: str, block: str) -> Path:
    if name.startswith("file_"):
        return paths.files(name.removeprefix("file_"))
    stage = TABLES[name].stage
    return paths.files(name) if stage == "files" else getattr(paths, stage)(name, block)
