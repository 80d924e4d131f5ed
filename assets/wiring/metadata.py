"""What the UI shows of a table: its columns, from the schema or from a mart's SQL, and how many rows it has.

Does not belong here: what a column is (`imr_etl.schema.fields`, `warehouse/sql/marts`).
"""

import dagster as dg

from imr_etl.schema.render import SQL_TYPES
from imr_etl.schema.tables import Table
from warehouse.build.marts import mart, mart_lineage, source


def table_schema(table: Table) -> dict[str, dg.TableSchema | str]:
    """Describe an asset that is a table: its name, and each column's type, meaning, codes and constraints."""
    columns = [
        dg.TableColumn(
            name=field.name,
            type=SQL_TYPES[field.dtype],
            description=field.description,
            constraints=dg.TableColumnConstraints(
                nullable=field.name not in (*table.key, *table.required),
                other=[f"one of: {', '.join(field.codes)}"] if field.codes else [],
            ),
        )
        for field in table.fields
    ]
    return {"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": table.name}


def mart_schema(name: str) -> dict[str, dg.TableSchema | str]:
    """Describe a mart: its name and its columns with type, description, and the columns that each comes from.

    The open-source UI draws no lineage of columns, so their descriptions say it, too.
    """
    descriptions, own = mart(name).columns, mart_lineage()[name]
    columns = [
        dg.TableColumn(
            name=column["name"],
            type=column["type"],
            description=f"{descriptions[column['name']]} (from {source(column, own)})",
        )
        for column in own["columns"]
    ]
    return {"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": f"marts.{name}"}


def mart_key(name: str) -> dg.AssetKey:
    """Return the key of a mart's asset."""
    return dg.AssetKey(["marts", name])


def asset_of(table: str) -> dg.AssetKey | None:
    """Return the key of the asset that is a table such as `main.diagnoses` or `marts.items`; None for a code table."""
    schema, _, name = table.partition(".")
    return {"main": dg.AssetKey(name), "marts": mart_key(name)}.get(schema)


def mart_columns_lineage(name: str) -> dg.TableColumnLineage:
    """Return the columns of assets that each column of a mart comes from. Code tables are no assets."""
    sources = {
        column["name"]: [source.rpartition(".")[::2] for source in column["sources"]]
        for column in mart_lineage()[name]["columns"]
    }
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key=key, column_name=name) for table, name in of if (key := asset_of(table))
            ]
            for column, of in sources.items()
        }
    )
