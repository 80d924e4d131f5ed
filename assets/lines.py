"""Stage lines: what stands in the letters, line by line.

Belongs here: the asset `letter_lines`. Does not belong here: how a PDF is read (`imr_etl.ingest.pdf`).
"""

import dagster as dg

from assets.files import letter_files
from assets.wiring.metadata import column_schema, row_count
from assets.wiring.partitions import blocks
from assets.wiring.resources import Folders
from imr_etl import stages
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.progress import advance
from imr_etl.schema.tables import TABLES

TABLE = TABLES["letter_lines"]


class LinesConfig(dg.Config):
    """`redo`: read also the letters that were read already."""

    redo: bool = False


@dg.asset(
    group_name="lines",
    kinds={"pdf", "python", "parquet"},
    deps=[letter_files],
    partitions_def=blocks,
    backfill_policy=dg.BackfillPolicy.single_run(),
    code_version=EXTRACTOR_VERSION,
    description=f"{TABLE.description}.\n\nReads the letters of a block that are new, in processes of their own.",
    metadata=column_schema(TABLE.fields, TABLE.key, TABLE.required),
)
def letter_lines(context: dg.AssetExecutionContext, config: LinesConfig, folders: Folders) -> None:
    """Read the letters of each block of the run."""
    with folders.writing() as paths, stages.extraction_pool(folders.workers) as pool:
        for block in context.partition_keys:
            report = stages.update_lines(paths, block, pool=pool, redo=config.redo, progress=advance)
            context.log.info(f"{block}: {report.read} of {report.letters} letters read")
            context.add_asset_metadata(
                {
                    **row_count(report.lines),
                    "letters": report.letters,
                    "letters read now": report.read,
                    "letters not read in full of these": report.problems,
                },
                partition_key=block,
            )
