"""What the UI shows of a table: its columns, from the schema or from a mart's SQL, and how many rows it has.

Does not belong here: what a column is (`imr_etl.schema.fields`, `warehouse/sql/marts`).
"""

from collections.abc import Sequence

import dagster as dg

from imr_etl.schema.fields import Field
from imr_etl.schema.render import SQL_TYPES
from warehouse.build.marts import mart, mart_lineage, source


def column_schema(
    fields: Sequence[Field], key: Sequence[str] = (), required: Sequence[str] = ()
) -> dict[str, dg.TableSchema]:
    """Metadata of an asset that is a table: columns with type, description, codes and whether they may be null."""
    columns = [
        dg.TableColumn(
            name=field.name,
            type=SQL_TYPES[field.dtype],
            description=field.description,
            constraints=dg.TableColumnConstraints(
                nullable=field.name not in (*key, *required),
                other=[f"one of: {', '.join(field.codes)}"] if field.codes else [],
            ),
        )
        for field in fields
    ]
    return {"dagster/column_schema": dg.TableSchema(columns)}


def mart_schema(name: str) -> dict[str, dg.TableSchema]:
    """Metadata of a mart: columns with type, description, and the columns of tables that each comes from.

    The UI draws no lineage of columns, so their descriptions tell it.
    """
    told, own = mart(name).columns, mart_lineage()[name]
    columns = [
        dg.TableColumn(
            name=column["name"],
            type=column["type"],
            description=f"{told[column['name']]} (from {source(column, own)})",
        )
        for column in own["columns"]
    ]
    return {"dagster/column_schema": dg.TableSchema(columns)}
