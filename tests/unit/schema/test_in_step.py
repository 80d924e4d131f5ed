"""What is made from the schema is what is committed."""

from pathlib import Path

import duckdb
import pytest

import warehouse
from imr_etl.schema.fields import FIELDS
from imr_etl.schema.render import (
    CODE_COLUMNS,
    SQL_TYPES,
    code_column_description,
    code_table_descriptions,
    create_table,
    quoted,
)
from imr_etl.schema.tables import TABLES, WAREHOUSE_TABLES, WarehouseTable
from imr_etl.vocabulary import code_table, code_table_names
from warehouse.dictionary import generated

HERE = Path(warehouse.__file__).parent


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return generated()


def test_committed_files_are_the_generated_ones(written: dict[str, str]) -> None:
    for name, text in written.items():
        assert (HERE / name).read_text(encoding="utf-8") == text, f"{name} is out of step: run `make schema`"


def test_no_committed_table_is_left_over() -> None:
    assert {path.stem for path in (HERE / "sql" / "schema").glob("*.sql")} == set(WAREHOUSE_TABLES)


def test_every_code_table_and_column_is_described() -> None:
    """A new table is described in README.md beside the tables, a new column in `CODE_COLUMNS`."""
    assert sorted(code_table_descriptions()) == code_table_names()
    columns = {(name, column) for name in code_table_names() for column in code_table(name).columns}
    assert {(name, column) for name, column in columns if not code_column_description(name, column)} == set()
    assert {f"{name}.{column}" for name, column in columns} | {column for _, column in columns} >= set(CODE_COLUMNS)


@pytest.mark.parametrize("table", WAREHOUSE_TABLES.values(), ids=WAREHOUSE_TABLES)
def test_a_rendered_table_is_one_of_duckdb(table: WarehouseTable) -> None:
    with duckdb.connect() as connection:
        connection.execute(create_table(table))
        made = connection.execute(
            "SELECT column_name, data_type, NOT is_nullable, comment FROM duckdb_columns()"
            " WHERE NOT internal ORDER BY column_index"
        ).fetchall()
    assert made == [
        (field.name, SQL_TYPES[field.dtype], field.name in (*table.key, *table.required), field.description)
        for field in table.fields
    ]


@pytest.mark.parametrize(("text", "literal"), [("", "''"), ("plain", "'plain'"), ("a letter's", "'a letter''s'")])
def test_a_text_as_a_literal(text: str, literal: str) -> None:
    assert quoted(text) == literal


def test_every_field_is_used_and_known() -> None:
    used = {name for table in TABLES.values() for name in table.columns} | {
        name for table in WAREHOUSE_TABLES.values() for name in table.columns
    }
    assert used == set(FIELDS)


def test_keys_and_required_columns_are_columns() -> None:
    for table in (*TABLES.values(), *WAREHOUSE_TABLES.values()):
        assert {*table.key, *table.required} <= set(table.columns), table.name
