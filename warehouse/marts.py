"""The marts: tables of schema `marts`, one SELECT each in `models/`, file name = table name.

Belongs here: what the head of a model says, which tables it reads, in which order models are built, where a column
comes from. Does not belong here: the SELECTs, and the swap (`warehouse.build`).

A model opens with one comment line that says what a row is, then `-- column <name>: <what it holds>` for every column.

A mart with a column `determination_id` says of each letter what follows from that letter alone. It is built for some
letters at a time: what a SELECT gathers for every letter or item would not fit in memory for all of them. Every table
that has the column is then narrowed to those letters; a model need not know of it. A mart of figures over many letters
whose head says `-- adds up` is brought in step by the figures of a night's letters (`warehouse.counting`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING

import duckdb

from imr_etl.schema.render import comments, quoted
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.vocabulary import code_table, code_table_names
from warehouse import sql, sql_names, transaction
from warehouse.narrowing import LETTER, narrowed

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.lineage import Node

COLUMN = re.compile(r"^-- column (\w+): (.+)$", re.MULTILINE)
ADDS_UP = re.compile(r"^-- adds up$", re.MULTILINE)
DIALECT = "duckdb"

LETTERS_AT_A_TIME = 100_000
"""Of 220,000 items with their texts and citations lists are gathered in 300 MB; of 4.4 million not in 900 MB."""

AFTER_ALL = "\U0010ffff"
"""Behind every determination_id."""


@dataclass(frozen=True)
class Mart:
    """A mart: what a row is, what each column holds, its SELECT, whether it adds up."""

    name: str
    description: str
    columns: dict[str, str]
    select: str
    adds_up: bool

    @property
    def statement(self) -> str:
        """The SELECT without the comments before it."""
        lines = self.select.splitlines()
        first = next(place for place, line in enumerate(lines) if not line.startswith("--"))
        return "\n".join(lines[first:])

    @cached_property
    def reads(self) -> list[str]:
        """The tables that it reads, with their schema, in alphabetical order."""
        from sqlglot import exp  # noqa: PLC0415  a start of the code location needs no SQL read

        return sorted({f"{table.db}.{table.name}" for table in self.parsed.find_all(exp.Table) if table.db})

    @cached_property
    def parsed(self) -> "exp.Expr":
        """The SELECT as sqlglot reads it."""
        import sqlglot  # noqa: PLC0415

        return sqlglot.parse_one(self.select, dialect=DIALECT)


@cache
def mart_names() -> tuple[str, ...]:
    """The marts in the order in which they can be built."""
    graph = {f"marts.{name}": [read for read in mart(name).reads if read.startswith("marts.")] for name in _models()}
    return tuple(name.removeprefix("marts.") for name in TopologicalSorter(graph).static_order())


@cache
def mart(name: str) -> Mart:
    """A mart by its name."""
    text = sql(f"models/{name}")
    description = text.partition("\n")[0].removeprefix("-- ")
    return Mart(name, description, dict(COLUMN.findall(text)), text, ADDS_UP.search(text) is not None)


def build_marts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Build all marts in a warehouse whose other tables are there; the rows of each."""
    connection.execute("CREATE SCHEMA marts")
    heights = {}
    for model in map(mart, mart_names()):
        _build(connection, model)
        heights[model.name] = _height(connection, model)
    _describe(connection, heights)
    return heights


def remember_figures(connection: duckdb.DuckDBPyConnection, cases: str) -> None:
    """Keep what marts that add up say of the letters of some cases: asked of before the tables change.

    `cases` is a temporary table with their determination_id.
    """
    from warehouse.counting import count_out  # noqa: PLC0415  a start of the code location needs no SQL read

    for model in map(mart, mart_names()):
        if model.adds_up:
            count_out(connection, model, cases)


def update_marts(connection: duckdb.DuckDBPyConnection, cases: str) -> dict[str, int]:
    """Bring marts in step with tables of which the letters of some cases changed; the rows of each.

    `cases` is the table that `remember_figures` was called with. What a mart says of a letter is said again of these
    only. Figures of many letters are brought in step by theirs, or counted again where they do not add up. A mart of
    letters that takes words from such figures is built anew where some that it took are no more: a spelling that was
    the most frequent one, say. New ones only new letters have.
    """
    heights: dict[str, int] = {}
    rewritten: set[str] = set()
    for model in map(mart, mart_names()):
        reads_rewritten = not rewritten.isdisjoint(model.reads)
        if LETTER not in model.columns:
            is_rewritten = _bring_in_step(connection, model, None if reads_rewritten else cases)
        elif is_rewritten := reads_rewritten:
            _build(connection, model)
        else:
            _update(connection, model, cases)
        if is_rewritten:
            rewritten.add(f"marts.{model.name}")
        heights[model.name] = _height(connection, model)
    _describe(connection, heights)
    return heights


def letter_ranges(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Ranges of determination_id that hold all letters, some at a time: from which on and before which."""
    starts = connection.execute(f"SELECT {LETTER} FROM imr.determinations WHERE rowid % {LETTERS_AT_A_TIME} = 0")
    borders = ["", *sorted(row[0] for row in starts.fetchall())[1:], AFTER_ALL]
    return list(pairwise(borders))


@cache
def column_sources(name: str) -> dict[str, list[str]]:
    """Where each column of a mart comes from: columns with their table and schema, through other marts to the tables.

    A column that only counts rows has none.
    """
    return {column: sorted(_sources(name, column)) for column in mart(name).columns}


def _models() -> list[str]:
    return sql_names("models")


def _build(connection: duckdb.DuckDBPyConnection, model: Mart) -> None:
    if LETTER in model.columns:
        _build_by_letters(connection, model)
    else:
        connection.execute(f"CREATE OR REPLACE TABLE marts.{model.name} AS {model.select}")


def _describe(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    with transaction(connection):
        for model in map(mart, names):
            connection.execute(comments(f"marts.{model.name}", model.description, model.columns))


def _bring_in_step(connection: duckdb.DuckDBPyConnection, model: Mart, cases: str | None) -> bool:
    """Bring a mart of many letters in step; whether some of what marts of letters take from it is no more.

    One that adds up changes by the figures of the letters of some cases, where these are all that changed.
    """
    from warehouse.counting import count_in  # noqa: PLC0415

    readers = [name for name in mart_names() if LETTER in mart(name).columns]
    taken = ", ".join(sorted({column for name in readers for column in _columns_read(name, model.name)}))
    if taken:
        connection.execute(f"CREATE TEMP TABLE taken AS SELECT {taken} FROM marts.{model.name}")
    if model.adds_up and cases:
        count_in(connection, model, cases)
    else:
        _build(connection, model)
    if not taken:
        return False
    gone = connection.execute(f"SELECT 1 FROM (FROM taken EXCEPT SELECT {taken} FROM marts.{model.name}) LIMIT 1")
    is_rewritten = gone.fetchone() is not None
    connection.execute("DROP TABLE taken")
    return is_rewritten


def _update(connection: duckdb.DuckDBPyConnection, model: Mart, cases: str) -> None:
    """Say again of the letters of some cases what the mart says of them."""
    chosen = f"{LETTER} IN (FROM temp.main.{cases})"
    connection.execute(f"DELETE FROM marts.{model.name} WHERE {chosen}")
    with narrowed(connection, model.reads, chosen) as home:
        connection.execute(f"INSERT INTO {home}.marts.{model.name} {model.select}")


def _height(connection: duckdb.DuckDBPyConnection, model: Mart) -> int:
    row = connection.execute(f"SELECT count(*) FROM marts.{model.name}").fetchone()
    return int(row[0]) if row else 0


def _build_by_letters(connection: duckdb.DuckDBPyConnection, model: Mart) -> None:
    ranges = letter_ranges(connection)
    connection.execute(f"DROP TABLE IF EXISTS marts.{model.name}")
    chosen = f"{LETTER} >= getvariable('first_letter') AND {LETTER} < getvariable('following_letter')"
    with narrowed(connection, model.reads, chosen) as home, transaction(connection):
        for place, (first, following) in enumerate(ranges):
            connection.execute(f"SET VARIABLE first_letter = {quoted(first)}")
            connection.execute(f"SET VARIABLE following_letter = {quoted(following)}")
            verb = "INSERT INTO" if place else "CREATE TABLE"
            connection.execute(f"{verb} {home}.marts.{model.name} {'' if place else 'AS'} {model.select}")


@cache
def _columns_read(name: str, other: str) -> set[str]:
    """Columns of another mart that a mart reads."""
    from sqlglot import exp  # noqa: PLC0415

    tables = (table for table in mart(name).parsed.find_all(exp.Table) if (table.db, table.name) == ("marts", other))
    aliases = {table.alias_or_name for table in tables}
    return {column.name for column in mart(name).parsed.find_all(exp.Column) if column.table in aliases}


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


@cache
def _lineages(name: str) -> "dict[str, Node]":
    """What sqlglot finds of each column of a mart: of all at once, for of each alone it would read the SELECT again."""
    from sqlglot.lineage import lineage  # noqa: PLC0415

    return lineage(None, mart(name).parsed, schema=_schema(), dialect=DIALECT)


@cache
def _sources(name: str, column: str) -> frozenset[str]:
    from sqlglot import exp  # noqa: PLC0415

    found: set[str] = set()
    for node in _lineages(name)[column].walk():
        table = node.source if isinstance(node.source, exp.Table) else None
        if table is None or not table.db:
            continue
        own = node.name.rpartition(".")[2]
        found |= _sources(table.name, own) if table.db == "marts" else {f"{table.db}.{table.name}.{own}"}
    return frozenset(found)
