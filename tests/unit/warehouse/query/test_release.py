"""A release: whole, checked by its checksums, and without the folders of the machine that made it."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse import attached
from warehouse.query.release import release


@pytest.fixture(scope="module")
def made(made_up: DataPaths, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(made_up.warehouse, tmp_path_factory.mktemp("releases") / "all")


def test_a_release_is_dated_and_holds_what_people_need(made: Path) -> None:
    package = json.loads((made / "datapackage.json").read_text())
    assert made.name == f"{package['name']}-{package['created'][:10]}"
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    names = {path.name for path in made.iterdir()}
    documents = {"README.md", "DICTIONARY.md", "CITATION.cff", "datapackage.json", "SHA256SUMS"}
    assert names == documents | {"imr.duckdb", "main", "marts", "codes", "answers"}
    assert all((made / resource["path"]).is_file() for resource in package["resources"])
    assert f"version: {package['version']}" in (made / "CITATION.cff").read_text()
    assert "{" not in (made / "README.md").read_text() + (made / "CITATION.cff").read_text()


def test_its_checksums_are_those_of_all_files(made: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=made, check=True)
    files = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert {line[66:] for line in (made / "SHA256SUMS").read_text().splitlines()} == files


def test_its_warehouse_answers_as_the_other_one(made: Path, made_up: DataPaths) -> None:
    figures = []
    for path in (made_up.warehouse, made / "imr.duckdb"):
        with closing(attached(path, read_only=True)) as connection:
            queries = (
                "SELECT count(*), count(comment) FROM duckdb_columns() WHERE database_name = 'imr'",
                "FROM marts.outcomes_by_category ORDER BY ALL",
                "FROM marts.days_elapsed ORDER BY ALL",
                "SELECT letters_note(3)",
            )
            figures.append([connection.execute(query).fetchall() for query in queries])
    assert figures[0] == figures[1]


def test_no_folder_of_the_machine_is_in_it(made: Path) -> None:
    for path in made.rglob("*"):
        if path.is_file():
            assert b"file:///" not in path.read_bytes(), path
    with closing(attached(made / "imr.duckdb", read_only=True)) as connection:
        assert connection.execute("SELECT DISTINCT uri FROM main.letter_files").fetchall() == [("a.pdf",)]


def test_a_release_is_never_overwritten(made: Path, made_up: DataPaths, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is there already"):
        release(made_up.warehouse, made.parent)
    with pytest.raises(RunError, match="There is no warehouse"):
        release(tmp_path / "imr.duckdb", tmp_path)
