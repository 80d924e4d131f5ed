"""What is generated and committed in this package: `schema/*.sql`, `marts.json` and `DICTIONARY.md`.

`python -m warehouse.dictionary` (`make schema`) writes them; a test checks that they match their sources.
Does not belong here: what a table, column or mart is (`imr_etl.schema`, `imr_etl.vocabulary`, `sql/marts/`).
"""

import json
from contextlib import closing
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from imr_etl.schema.render import create_table, dictionary, quoted
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.vocabulary import code_table, code_table_names
from warehouse import sql, sql_names
from warehouse.build.marts import BATCH_CASES, CASE, LINEAGE_FILE, MartLineage, create_marts, mart, source
from warehouse.query.questions import question, question_names

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.lineage import Node

DIALECT = "duckdb"


def generated() -> dict[str, str]:
    """Return every generated file: its path below the package and its text."""
    marts = _marts()
    return {
        **{f"sql/schema/{table.name}.sql": create_table(table) for table in WAREHOUSE_TABLES.values()},
        f"build/{LINEAGE_FILE}": json.dumps(marts, indent=1, ensure_ascii=False) + "\n",
        "DICTIONARY.md": dictionary() + _described(marts) + _questions(),
    }


def _marts() -> dict[str, MartLineage]:
    """Find what every mart is made from: types from an empty warehouse, all else from the SQL."""
    names = _in_order()
    with closing(duckdb.connect()) as connection:
        connection.execute("CREATE SCHEMA codes")
        # Not by `schema/*.sql`, which are written from this: a mart may read a column that they lack.
        for table in WAREHOUSE_TABLES.values():
            connection.execute(create_table(table))
        for name in code_table_names():
            listed = ", ".join(f"{column} VARCHAR" for column in code_table(name).columns)
            connection.execute(f"CREATE TABLE codes.{name} ({listed})")
        connection.execute(sql("load/problem_codes"))
        create_marts(connection, names)
        return {
            name: {
                "reads": _reads(name),
                "columns": [
                    {"name": column, "type": sql_type, "sources": column_sources(name)[column]}
                    for column, sql_type in connection.execute(
                        "SELECT column_name, data_type FROM duckdb_columns()"
                        f" WHERE schema_name = 'marts' AND table_name = {quoted(name)} ORDER BY column_index"
                    ).fetchall()
                ],
            }
            for name in names
        }


def _in_order() -> list[str]:
    """List all marts, each after those that it reads."""
    graph = {name: [read.removeprefix("marts.") for read in _reads(name)] for name in sql_names("marts")}
    return [name for name in TopologicalSorter(graph).static_order() if name in graph]


@cache
def parsed(name: str) -> "exp.Expr":
    """Parse the SELECT of a mart with sqlglot."""
    import sqlglot  # noqa: PLC0415  only development has it

    return sqlglot.parse_one(mart(name).select, dialect=DIALECT)


def _reads(name: str) -> list[str]:
    """List the tables that a mart reads, with their schema, in alphabetical order."""
    from sqlglot import exp  # noqa: PLC0415

    return sorted({f"{table.db}.{table.name}" for table in parsed(name).find_all(exp.Table) if table.db})


@cache
def column_sources(name: str) -> dict[str, list[str]]:
    """Return where each column of a mart comes from: `schema.table.column`, through other marts to the tables.

    A column that only counts rows has none.
    """
    return {column: sorted(_sources(name, column)) for column in mart(name).columns}


@cache
def _sources(name: str, column: str) -> frozenset[str]:
    from sqlglot import exp  # noqa: PLC0415

    found: set[str] = set()
    for node in _lineage(name)[column].walk():
        table = node.source if isinstance(node.source, exp.Table) else None
        if table is None or not table.db:
            continue
        own = node.name.rpartition(".")[2]
        found |= _sources(table.name, own) if table.db == "marts" else {f"{table.db}.{table.name}.{own}"}
    return frozenset(found)


@cache
def _lineage(name: str) -> "dict[str, Node]":
    """Trace each column of a mart with sqlglot: all at once, because for each alone it would parse the SELECT again."""
    from sqlglot.lineage import lineage  # noqa: PLC0415

    return lineage(None, parsed(name), schema=_schema(), dialect=DIALECT)


@cache
def _schema() -> dict[str, dict[str, dict[str, str]]]:
    """Return every table that a mart may read, with its columns."""
    return {
        "": {BATCH_CASES: {CASE: "VARCHAR"}},
        "main": {name: dict.fromkeys(table.columns, "VARCHAR") for name, table in WAREHOUSE_TABLES.items()},
        "codes": {
            **{name: dict.fromkeys(code_table(name).columns, "VARCHAR") for name in code_table_names()},
            "problem_codes": {"code": "VARCHAR", "meaning": "VARCHAR"},
        },
        "marts": {name: dict.fromkeys(mart(name).columns, "VARCHAR") for name in sql_names("marts")},
    }


def _described(marts: dict[str, MartLineage]) -> str:
    parts = ["\n# Schema `marts`: answers\n", "Every rate is a share from 0 to 1 and stands beside its n.\n"]
    for name, own in sorted(marts.items()):
        of_mart = mart(name)
        parts.append(f"## marts.{name}\n\n{of_mart.description} Reads {', '.join(own['reads'])}.\n")
        parts.append(f"A {of_mart.kind}: {of_mart.why}.\n")
        parts.append("| column | type | what it holds | comes from |\n|---|---|---|---|")
        parts += [
            f"| `{column['name']}` | {column['type']} | {of_mart.columns[column['name']]}. | {source(column, own)} |"
            for column in own["columns"]
        ]
        parts.append("")
    return "\n".join(parts)


def _questions() -> str:
    parts = [
        "\n# Questions\n",
        "`imr-etl ask QUESTION --from DATE --to DATE`; the SQL is in `warehouse/sql/questions`.\n",
    ]
    for asked in (question(name) for name in question_names()):
        parts.append(f"## {asked.name}\n\n{asked.meaning} {asked.reading}\n")
        parts += [f"- `-p {name}=...`: {meaning}.\n" for name, meaning in asked.parameters.items()]
    return "\n".join(parts)


def main(warehouse: Path) -> None:
    """Write every generated file below the package's folder."""
    for name, text in generated().items():
        (warehouse / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(__file__).parent)
