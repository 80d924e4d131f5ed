"""The marts: views and tables of schema `marts`, one SELECT each in `sql/marts/`; a file's name is its mart's name.

Belongs here: what the head of a mart's file says, the order in which marts are made, and filling those that are
tables. Does not belong here: the SELECTs, and where a mart's columns come from (`warehouse.dictionary`).

A file opens with a line that says what a row is, then `-- view: <why>` or `-- table: <why>`, then a line
`-- column <name>: <what it holds>` for each column.

A view is computed when it is read. It reads no table of schema main: DuckDB looks for `main.x` among the temporary
tables of whoever reads the view before it looks in the file. A table with a column `determination_id` is filled case
by case: each of its rows follows from one case alone, and its SELECT reads only the cases in `batch_cases`, which the
build is about to replace. Every other table is computed from all letters by every build.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypedDict

import duckdb

from imr_etl.schema.render import comments
from warehouse import sql, transaction

CASE = "determination_id"
BATCH_CASES = "batch_cases"
"""The temporary table of the cases whose rows a build is about to replace."""

LINEAGE_FILE = "marts.json"
KIND = re.compile(r"^-- (view|table): (.+)$", re.MULTILINE)
COLUMN = re.compile(r"^-- column (\w+): (.+)$", re.MULTILINE)


class MartColumn(TypedDict):
    """A column of a mart: its type, and the columns of tables and code tables that it comes from."""

    name: str
    type: str
    sources: list[str]


class MartLineage(TypedDict):
    """What a mart is made from: the tables that it reads, and its columns."""

    reads: list[str]
    columns: list[MartColumn]


@dataclass(frozen=True)
class Mart:
    """A mart: what a row is, whether it is a view or a table and why, what each column holds, its SELECT."""

    name: str
    description: str
    kind: str
    why: str
    columns: dict[str, str]
    select: str

    @property
    def is_view(self) -> bool:
        """Check whether the mart is computed when it is read."""
        return self.kind == "view"

    @property
    def is_filled_by_case(self) -> bool:
        """Check whether the mart is a table in which a build replaces the rows of changed cases."""
        return not self.is_view and CASE in self.columns


@cache
def mart_lineage() -> dict[str, MartLineage]:
    """Read what each mart is made from, in an order in which they can be made, as `marts.json` has it.

    `make schema` writes that file, by reading the SQL.
    """
    text = files(__package__).joinpath(LINEAGE_FILE).read_text(encoding="utf-8")
    lineage: dict[str, MartLineage] = json.loads(text)
    return lineage


def source(column: MartColumn, lineage: MartLineage) -> str:
    """Describe where a column of a mart comes from, for readers."""
    return ", ".join(column["sources"]) or f"rows of {', '.join(lineage['reads'])}"


def mart_names() -> list[str]:
    """List the marts in an order in which they can be made."""
    return list(mart_lineage())


@cache
def mart(name: str) -> Mart:
    """Read a mart's file. Raises ValueError where its head does not say whether it is a view or a table."""
    text = sql(f"marts/{name}")
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    head, select = "\n".join(lines[:first]), "\n".join(lines[first:])
    kind = KIND.search(head)
    if kind is None:
        raise ValueError(f"marts/{name}.sql does not say `-- view:` or `-- table:` and why")
    return Mart(name, lines[0].removeprefix("-- "), kind[1], kind[2], dict(COLUMN.findall(head)), select)


def create_marts(connection: duckdb.DuckDBPyConnection, names: list[str] | None = None) -> None:
    """Create all marts, or those named, in a warehouse that has the other tables: views, and tables without rows.

    The macros of `sql/load/rates.sql` come first: some marts use them, and so may anyone who opens the file.
    """
    connection.execute("CREATE SCHEMA marts")
    create_batch_cases(connection)
    with transaction(connection):
        connection.execute(sql("load/rates"))
        for each in map(mart, names or mart_names()):
            kind, no_rows = ("VIEW", "") if each.is_view else ("TABLE", "WITH NO DATA")
            connection.execute(f"CREATE {kind} marts.{each.name} AS {each.select} {no_rows}")
            connection.execute(comments(f"marts.{each.name}", each.description, each.columns, kind))


def create_batch_cases(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty temporary table `batch_cases`, unless it is there."""
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {BATCH_CASES} ({CASE} VARCHAR NOT NULL)")


def delete_cases(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the rows of the cases in `batch_cases` from the tables that are filled case by case."""
    for each in _filled_by_case():
        connection.execute(f"DELETE FROM marts.{each.name} WHERE {CASE} IN (FROM {BATCH_CASES})")


def insert_cases(connection: duckdb.DuckDBPyConnection) -> None:
    """Insert the rows of the cases in `batch_cases` into the tables that are filled case by case."""
    for each in _filled_by_case():
        connection.execute(f"INSERT INTO marts.{each.name} {each.select}")


def compute_from_all_letters(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute the tables that are not filled case by case."""
    for each in map(mart, mart_names()):
        if not each.is_view and not each.is_filled_by_case:
            with transaction(connection):
                connection.execute(f"DELETE FROM marts.{each.name}")
                connection.execute(f"INSERT INTO marts.{each.name} {each.select}")


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the rows of the marts that are tables."""
    counts = {}
    for each in map(mart, mart_names()):
        if not each.is_view:
            ((counts[each.name],),) = connection.execute(f"SELECT count(*) FROM marts.{each.name}").fetchall()
    return counts


def _filled_by_case() -> list[Mart]:
    return [each for each in map(mart, mart_names()) if each.is_filled_by_case]
