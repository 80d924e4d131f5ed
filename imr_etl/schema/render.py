"""What is made from the schema: CREATE TABLE statements and the data dictionary, both committed under `warehouse/`.

`python -m imr_etl.schema.render` writes them anew; a test holds them in step with `fields` and `tables`. Does not
belong here: what a column or table is.
"""

import sys
from pathlib import Path

import polars as pl

from imr_etl.schema.fields import Field
from imr_etl.schema.tables import WAREHOUSE_TABLES, WarehouseTable

SQL_TYPES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Date(): "DATE",
    pl.Boolean(): "BOOLEAN",
    pl.Datetime("us"): "TIMESTAMP",
    pl.List(pl.String()): "VARCHAR[]",
}


def rendered() -> dict[str, str]:
    """Every generated file: its path below `warehouse/` and its text."""
    return {
        **{f"schema/{table.name}.sql": create_table(table) for table in WAREHOUSE_TABLES.values()},
        "DICTIONARY.md": dictionary(),
    }


def create_table(table: WarehouseTable) -> str:
    """The CREATE TABLE and COMMENT statements of a table.

    Keys are not declared: an index over two million text keys costs more memory than the build may take. A check
    finds rows that share one.
    """
    columns = ",\n".join(f"    {_column(field, table)}" for field in table.fields)
    comments = [f"COMMENT ON TABLE imr.{table.name} IS {quoted(_table_comment(table))};"] + [
        f"COMMENT ON COLUMN imr.{table.name}.{field.name} IS {quoted(field.description)};" for field in table.fields
    ]
    head = "-- Made by imr_etl.schema.render; change imr_etl/schema and run `make schema`.\n"
    return head + f"CREATE TABLE imr.{table.name} (\n{columns}\n);\n" + "\n".join(comments) + "\n"


def dictionary() -> str:
    """The data dictionary as Markdown."""
    parts = [
        "# Data dictionary of schema `imr`\n",
        "Made by `imr_etl.schema.render`; change `imr_etl/schema` and run `make schema`.\n",
    ]
    for table in WAREHOUSE_TABLES.values():
        parts.append(
            f"## {table.name}\n\n{table.description}.\n\nKey: {', '.join(f'`{name}`' for name in table.key)}\n"
        )
        parts.append("| column | type | null | what it holds |\n|---|---|---|---|")
        for field in table.fields:
            null = "no" if field.name in (*table.key, *table.required) else "yes"
            codes = f" One of: {', '.join(field.codes)}." if field.codes else ""
            parts.append(f"| `{field.name}` | {SQL_TYPES[field.dtype]} | {null} | {field.description}.{codes} |")
        parts.append("")
    return "\n".join(parts)


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _table_comment(table: WarehouseTable) -> str:
    return f"{table.description}. Key: {', '.join(table.key)}"


def _column(field: Field, table: WarehouseTable) -> str:
    null = " NOT NULL" if field.name in (*table.key, *table.required) else ""
    check = f" CHECK ({field.name} IN ({', '.join(map(quoted, field.codes))}))" if field.codes else ""
    return f"{field.name} {SQL_TYPES[field.dtype]}{null}{check}"


def main(warehouse: Path) -> None:
    """Write every generated file below a warehouse package's folder."""
    for name, text in rendered().items():
        (warehouse / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
