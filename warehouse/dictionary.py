"""What is generated and committed in this package: `schema/*.sql`, `marts.json` and `DICTIONARY.md`.

`python -m warehouse.dictionary` (`make schema`) writes them anew; a test holds them in step with their sources. Does
not belong here: what a table, column or mart is (`imr_etl.schema`, `imr_etl.vocabulary`, `models/`).
"""

import json
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypedDict

import duckdb

from imr_etl.schema.render import create_table, dictionary, quoted
from imr_etl.schema.tables import WAREHOUSE_TABLES
from imr_etl.vocabulary import code_table, code_table_names
from warehouse import sql
from warehouse.asking import question, question_names
from warehouse.marts import build_marts, column_sources, mart, mart_names

MARTS_FILE = "marts.json"


class MartColumn(TypedDict):
    """A column of a mart: its type, and the columns of `imr` and `codes` that it comes from."""

    name: str
    type: str
    sources: list[str]


class MartSources(TypedDict):
    """What a mart is made from: the tables that it reads, and its columns."""

    reads: list[str]
    columns: list[MartColumn]


@cache
def mart_sources() -> dict[str, MartSources]:
    """What every mart is made from, in the order of building, as `marts.json` has it.

    Working it out from the SQL takes seconds.
    """
    found: dict[str, MartSources] = json.loads(files(__package__).joinpath(MARTS_FILE).read_text(encoding="utf-8"))
    return found


def source(column: MartColumn, own: MartSources) -> str:
    """Where a column of a mart comes from, as a reader is told it."""
    return ", ".join(column["sources"]) or f"rows of {', '.join(own['reads'])}"


def generated() -> dict[str, str]:
    """Every generated file: its path below the package and its text."""
    marts = _marts()
    return {
        **{f"schema/{table.name}.sql": create_table(table) for table in WAREHOUSE_TABLES.values()},
        MARTS_FILE: json.dumps(marts, indent=1, ensure_ascii=False) + "\n",
        "DICTIONARY.md": dictionary() + _told(marts) + _questions(),
    }


def _marts() -> dict[str, MartSources]:
    """What every mart is made from, from an empty warehouse and from the text of the models."""
    with closing(duckdb.connect()) as connection:
        for schema in ("imr", "codes"):
            connection.execute(f"CREATE SCHEMA {schema}")
        # Not by `schema/*.sql`, which are written from this: a mart may read a column that they lack.
        for table in WAREHOUSE_TABLES.values():
            connection.execute(create_table(table))
        for name in code_table_names():
            listed = ", ".join(f"{column} VARCHAR" for column in code_table(name).columns)
            connection.execute(f"CREATE TABLE codes.{name} ({listed})")
        connection.execute(sql("load/problem_codes"))
        build_marts(connection)
        return {
            name: {
                "reads": mart(name).reads,
                "columns": [
                    {"name": column, "type": sql_type, "sources": column_sources(name)[column]}
                    for column, sql_type in connection.execute(
                        "SELECT column_name, data_type FROM duckdb_columns()"
                        f" WHERE schema_name = 'marts' AND table_name = {quoted(name)} ORDER BY column_index"
                    ).fetchall()
                ],
            }
            for name in mart_names()
        }


def _told(marts: dict[str, MartSources]) -> str:
    parts = ["\n# Schema `marts`: answers\n", "Every rate is a share from 0 to 1 and stands beside its n.\n"]
    for name, own in sorted(marts.items()):
        told = mart(name)
        parts.append(f"## marts.{name}\n\n{told.description} Reads {', '.join(own['reads'])}.\n")
        parts.append("| column | type | what it holds | comes from |\n|---|---|---|---|")
        parts += [
            f"| `{column['name']}` | {column['type']} | {told.columns[column['name']]}. | {source(column, own)} |"
            for column in own["columns"]
        ]
        parts.append("")
    return "\n".join(parts)


def _questions() -> str:
    parts = ["\n# Questions\n", "`imr-etl ask QUESTION --from DATE --to DATE`; the SQL is in `warehouse/questions`.\n"]
    for asked in (question(name) for name in question_names()):
        parts.append(f"## {asked.name}\n\n{asked.meaning} {asked.reading}\n")
        parts += [f"- `-p {name}=...`: {told}.\n" for name, told in asked.parameters.items()]
    return "\n".join(parts)


def main(warehouse: Path) -> None:
    """Write every generated file below the package's folder."""
    for name, text in generated().items():
        (warehouse / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(__file__).parent)
