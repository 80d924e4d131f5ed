"""Stage tables: the normalized tables.

Belongs here: one asset a table, made together from a block's lines. Does not belong here: how a line is understood
(`imr_etl.parse`, `imr_etl.transform`).
"""

from collections.abc import Iterator

import dagster as dg

from assets.lines import letter_lines
from assets.wiring.metadata import column_schema, row_count
from assets.wiring.partitions import blocks
from assets.wiring.resources import Folders
from imr_etl import stages
from imr_etl.parse import PARSER_VERSION
from imr_etl.schema.tables import TABLES
from imr_etl.transform.tables import TABLE_NAMES


class TablesConfig(dg.Config):
    """`redo`: parse also the letters that were parsed already."""

    redo: bool = False


def _spec(name: str) -> dg.AssetSpec:
    table = TABLES[name]
    return dg.AssetSpec(
        name,
        deps=[letter_lines],
        group_name="tables",
        kinds={"polars", "parquet"},
        code_version=PARSER_VERSION,
        description=f"{table.description}.\n\nHas superseded letters too; the warehouse leaves them out.",
        metadata=column_schema(table.fields, table.key, table.required),
    )


@dg.multi_asset(
    specs=[_spec(name) for name in TABLE_NAMES],
    partitions_def=blocks,
    backfill_policy=dg.BackfillPolicy.single_run(),
    name="tables",
)
def tables(context: dg.AssetExecutionContext, config: TablesConfig, folders: Folders) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Parse the letters of each block of the run into all tables."""
    with folders.writing() as paths:
        for report in stages.update_tables(paths, context.partition_keys, redo=config.redo):
            context.log.info(f"{report.block}: {report.parsed} of {report.letters} letters parsed")
            for name, rows in report.rows.items():
                context.add_asset_metadata(
                    {**row_count(rows), "letters": report.letters, "letters parsed now": report.parsed},
                    asset_key=name,
                    partition_key=report.block,
                )
    for name in TABLE_NAMES:
        yield dg.MaterializeResult(asset_key=name)
