"""What a shell is offered, and how soon."""

import re
import subprocess
import sys
from collections.abc import Iterator

import duckdb
import pytest
from click.testing import CliRunner

from imr_etl.cli import cli
from imr_etl.names import NAME_TABLES, names
from warehouse import sql_names
from warehouse.build.build import create_code_table
from warehouse.query.search import known_names

HEAVY = ("duckdb", "polars", "dagster", "pypdfium2", "pdfplumber", "sqlglot", "rich")


@pytest.fixture(scope="module")
def codes() -> Iterator[duckdb.DuckDBPyConnection]:
    """The code tables with names, as a warehouse has them."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA codes")
        for table in {each.table for tables in NAME_TABLES.values() for each in tables}:
            create_code_table(connection, table)
        yield connection


def offered(line: str) -> list[str]:
    """The candidates for the last word of a line."""
    words = line.split(" ")
    environment = {
        "_IMR_ETL_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    result = CliRunner().invoke(cli, prog_name="imr-etl", env=environment).output
    return [entry.removeprefix("plain,") for entry in result.splitlines()]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("imr-etl se", ["search", "serve"]),
        ("imr-etl search --sub", ["--subcategory"]),
        ("imr-etl search --category p", ["Pharmaceuticals", "Programs", "Psych-Services"]),
        ("imr-etl search --category evaluation-m", ["Evaluation-Management"]),
        ("imr-etl search --subcategory pt", ["PT-OT"]),
        ("imr-etl search --specialty neuror", ["Neuroradiology"]),
        ("imr-etl search --decision o", ["overturned"]),
        ("imr-etl ask cove", ["coverage"]),
    ],
)
def test_names_are_offered(line: str, names: list[str]) -> None:
    assert offered(line) == names


@pytest.mark.parametrize("what", NAME_TABLES)
def test_every_name_is_offered_in_a_spelling_that_a_search_knows(what: str, codes: duckdb.DuckDBPyConnection) -> None:
    words = offered(f"imr-etl search --{what.replace('_', '-')} ")
    assert all(re.fullmatch(r"[\w-]+", word) for word in words)
    assert set(known_names(codes, what, tuple(words))) == set(names(what))


def test_every_question_is_offered() -> None:
    assert offered("imr-etl ask ") == sql_names("questions")


COMPLETING = f"""
import os, sys
os.environ.update(_IMR_ETL_COMPLETE="bash_complete", COMP_WORDS="imr-etl search --category P", COMP_CWORD="3")
from imr_etl.cli import cli
try:
    cli(prog_name="imr-etl")
finally:
    print(*set({HEAVY!r}) & set(sys.modules), file=sys.stderr)
"""


def test_a_shell_does_not_wait_for_what_commands_need() -> None:
    done = subprocess.run([sys.executable, "-c", COMPLETING], capture_output=True, text=True, check=False)
    assert "plain,Programs" in done.stdout
    assert done.stderr.split() == []
