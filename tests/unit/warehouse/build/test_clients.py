"""The file as clients open it: by its name, attached under another name, from the command line of DuckDB."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from imr_etl.storage.paths import DataPaths
from warehouse.build.marts import mart, mart_names

CLI = Path(sys.executable).with_name("duckdb")
NAMES = ["determinations", "imr.determinations", "marts.items", "codes.drugs", "imr.marts.outcomes_by_category"]


@pytest.fixture(scope="module")
def beside_decoys(made_up: DataPaths, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse attached as `x`, beside tables of the client's own that have the names of all its tables."""
    own = tmp_path_factory.mktemp("client") / "own.duckdb"
    with duckdb.connect(str(own)) as connection:
        connection.execute(f"ATTACH '{made_up.warehouse}' AS x (READ_ONLY)")
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = 'x'"
        ).fetchall()
        for schema, name in tables:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS own.{schema}")
            connection.execute(f"CREATE TABLE own.{schema}.{name} (decoy INTEGER)")
            connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} (decoy INTEGER)")
        yield connection


@pytest.mark.parametrize("name", NAMES)
def test_tables_have_the_names_that_the_documents_use(made_up: DataPaths, name: str) -> None:
    with duckdb.connect(str(made_up.warehouse), read_only=True) as connection:
        assert connection.execute(f"FROM {name} LIMIT 1").fetchall()


@pytest.mark.parametrize("name", [f"marts.{name}" for name in mart_names() if mart(name).is_view])
def test_a_view_reads_the_warehouse_wherever_it_is_attached(
    made_up: DataPaths, beside_decoys: duckdb.DuckDBPyConnection, name: str
) -> None:
    with duckdb.connect(str(made_up.warehouse), read_only=True) as connection:
        rows = connection.execute(f"FROM {name} ORDER BY ALL").fetchall()
    assert beside_decoys.execute(f"FROM x.{name} ORDER BY ALL").fetchall() == rows


def test_comments_are_there_under_another_name(beside_decoys: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT DISTINCT comment IS NOT NULL FROM duckdb_columns() WHERE database_name = 'x'"
    assert beside_decoys.execute(query).fetchall() == [(True,)]


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_of_duckdb_opens_the_file(made_up: DataPaths, name: str) -> None:
    command = [CLI, "-readonly", "-json", made_up.warehouse, f"SELECT count(*) AS rows FROM {name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)[0]["rows"] > 0
