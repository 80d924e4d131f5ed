"""The marts: tables of schema `marts`, one SELECT each in `models/`, file name = table name.

Belongs here: what the head of a model says, which tables it reads, in which order models are built, where a column
comes from. Does not belong here: the SELECTs, and the swap (`warehouse.build`).

A model opens with one comment line that says what a row is, then `-- column <name>: <what it holds>` for every column.
"""

import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage

from imr_etl.schema.render import comments
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.vocabulary import code_table, code_table_names
from warehouse import sql, sql_names

COLUMN = re.compile(r"^-- column (\w+): (.+)$", re.MULTILINE)
DIALECT = "duckdb"


@dataclass(frozen=True)
class Mart:
    """A mart: what a row is, what each column holds, and its SELECT."""

    name: str
    description: str
    columns: dict[str, str]
    select: str

    @property
    def reads(self) -> list[str]:
        """The tables that it reads, with their schema, in alphabetical order."""
        return sorted({f"{table.db}.{table.name}" for table in _parsed(self.name).find_all(exp.Table) if table.db})


def mart_names() -> list[str]:
    """The marts in the order in which they can be built."""
    graph = {f"marts.{name}": [read for read in mart(name).reads if read.startswith("marts.")] for name in _models()}
    return [name.removeprefix("marts.") for name in TopologicalSorter(graph).static_order()]


@cache
def mart(name: str) -> Mart:
    """A mart by its name."""
    text = sql(f"models/{name}")
    description = text.partition("\n")[0].removeprefix("-- ")
    return Mart(name, description, dict(COLUMN.findall(text)), text)


def build_marts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Build all marts in a warehouse whose other tables are there; the rows of each."""
    connection.execute("CREATE SCHEMA marts")
    return {name: _build(connection, mart(name)) for name in mart_names()}


@cache
def column_sources(name: str) -> dict[str, list[str]]:
    """Where each column of a mart comes from: columns with their table and schema, through other marts to the tables.

    A column that only counts rows has none.
    """
    return {column: sorted(_sources(name, column)) for column in mart(name).columns}


def _models() -> list[str]:
    return sql_names("models")


def _build(connection: duckdb.DuckDBPyConnection, model: Mart) -> int:
    connection.execute(f"CREATE TABLE marts.{model.name} AS {model.select}")
    connection.execute(comments(f"marts.{model.name}", model.description, model.columns))
    row = connection.execute(f"SELECT count(*) FROM marts.{model.name}").fetchone()
    return int(row[0]) if row else 0


@cache
def _parsed(name: str) -> exp.Expr:
    return sqlglot.parse_one(sql(f"models/{name}"), dialect=DIALECT)


@cache
def _schema() -> dict[str, dict[str, dict[str, str]]]:
    """Every table that a model may read, with its columns."""
    return {
        "imr": {name: dict.fromkeys(table.columns, "VARCHAR") for name, table in WAREHOUSE_TABLES.items()},
        "codes": {
            **{name: dict.fromkeys(code_table(name).columns, "VARCHAR") for name in code_table_names()},
            "problem_codes": {"code": "VARCHAR", "meaning": "VARCHAR"},
        },
        "marts": {name: dict.fromkeys(mart(name).columns, "VARCHAR") for name in _models()},
    }


def _sources(name: str, column: str) -> set[str]:
    found: set[str] = set()
    for node in lineage(column, _parsed(name), schema=_schema(), dialect=DIALECT).walk():
        table = node.source if isinstance(node.source, exp.Table) else None
        if table is None or not table.db:
            continue
        own = node.name.rpartition(".")[2]
        found |= _sources(table.name, own) if table.db == "marts" else {f"{table.db}.{table.name}.{own}"}
    return found
