"""What is made from the schema is what is committed."""

from pathlib import Path

import warehouse
from imr_etl.schema.fields import FIELDS
from imr_etl.schema.render import rendered
from imr_etl.schema.tables import TABLES, WAREHOUSE_TABLES

HERE = Path(warehouse.__file__).parent


def test_committed_files_are_the_rendered_ones() -> None:
    for name, text in rendered().items():
        assert (HERE / name).read_text(encoding="utf-8") == text, f"{name} is out of step: run `make schema`"


def test_no_committed_table_is_left_over() -> None:
    assert {f"schema/{path.name}" for path in (HERE / "schema").glob("*.sql")} == set(rendered()) - {"DICTIONARY.md"}


def test_every_field_is_used_and_known() -> None:
    used = {name for table in TABLES.values() for name in table.columns} | {
        name for table in WAREHOUSE_TABLES.values() for name in table.columns
    }
    assert used == set(FIELDS)


def test_keys_and_required_columns_are_columns() -> None:
    for table in (*TABLES.values(), *WAREHOUSE_TABLES.values()):
        assert {*table.key, *table.required} <= set(table.columns), table.name
