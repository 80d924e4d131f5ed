"""What tests of the warehouse share: Parquet files made by hand, as the stages before it would leave them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_rows import made_up_letters, rows_of
from parquet_rows import BLOCK, Row, write_rows

from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build

FIRST, SECOND = "CM16-0020001", "CM16-0020002"

Put = Callable[..., None]


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths.at(tmp_path / "data")


@pytest.fixture
def put(paths: DataPaths) -> Put:
    """Write rows of tables as the Parquet files of a block below the data folder of this test."""

    def run(block: str = BLOCK, /, **tables: list[Row]) -> None:
        write_rows(paths, block, **tables)

    return run


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
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
        "rationale_reasons": [{"sha256": "a", "item_number": 1, "position": 1}],
        "reviewer_licenses": [{"sha256": "a", "position": 1}],
        "reviewer_specialties": [{"sha256": "a", "position": 1}],
        "diagnoses": [{"sha256": "a", "position": 1}],
        "diagnosis_body_parts": [{"sha256": "a", "diagnosis_position": 1, "position": 1}],
        "problems": [{"sha256": "b", "position": 1, "code": "no_items"}],
        "published_decisions": [{"case_number": FIRST, "item_number": 1}],
    }


@pytest.fixture
def letters(put: Put, two_letters: dict[str, list[Row]]) -> None:
    """The two letters, written."""
    put(**two_letters)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory, two_letters: dict[str, list[Row]]) -> DataPaths:
    """The two letters and their warehouse, to be copied."""
    paths = DataPaths.at(tmp_path_factory.mktemp("built") / "data")
    write_rows(paths, **two_letters)
    build(paths)
    return paths


@pytest.fixture
def built(built_once: DataPaths, paths: DataPaths) -> DataPaths:
    """A warehouse of the two letters, for tests that damage it."""
    shutil.copytree(built_once.root, paths.root)
    return paths
