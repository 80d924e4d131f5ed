"""Stages lines and tables: what the letters say, line by line and as normalized tables.

Belongs here: one asset per table, made together, because a letter goes through all steps at once. Does not belong here:
the steps (`imr_etl.pipeline.process`), and what is stored when (`imr_etl.pipeline.update`).
"""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from assets.files import letter_files
from assets.wiring import results
from assets.wiring.metadata import table_schema
from assets.wiring.redo import redo_of
from assets.wiring.resources import Folders, run_name
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import PARSER_VERSION
from imr_etl.pipeline.engine import find_engine
from imr_etl.pipeline.update import find_pending, update_letters
from imr_etl.schema.tables import TABLES
from imr_etl.storage import last_run
from imr_etl.transform.tables import TABLE_NAMES


class LettersConfig(dg.Config):
    """`years`: process only letters whose case number is of these years; all if empty."""

    years: list[int] = Field(default=[])


def _lines() -> dg.AssetSpec:
    table = TABLES["letter_lines"]
    return dg.AssetSpec(
        table.name,
        deps=[letter_files],
        group_name="lines",
        kinds={"pdf", "python", "parquet"},
        code_version=EXTRACTOR_VERSION,
        description=f"{table.description}.\n\nReads the letters that are new, in processes of their own.",
        metadata=table_schema(table),
    )


def _table(name: str) -> dg.AssetSpec:
    table = TABLES[name]
    return dg.AssetSpec(
        name,
        deps=["letter_lines"],
        group_name="tables",
        kinds={"polars", "parquet"},
        code_version=PARSER_VERSION,
        description=f"{table.description}.\n\nHolds superseded letters, too; the warehouse leaves them out.",
        metadata=table_schema(table),
    )


@dg.multi_asset(specs=[_lines(), *map(_table, TABLE_NAMES)], name="letters")
def letters(context: dg.AssetExecutionContext, config: LettersConfig, folders: Folders) -> Iterator[results.Result]:
    """Read and parse the letters that are pending."""
    with folders.writing(context) as paths:
        pending = find_pending(paths, redo=redo_of(context, "lines", "tables"), years=config.years or None)
        log = results.ProgressLog(context.log.info, sum(block.size for block in pending))
        with find_engine(folders.engine, folders.workers) as engine:
            reports = list(update_letters(paths, pending, engine, log.advance))
        last_run.note(paths, run_name(context), results.letters_done(reports))
        yield from results.of_letters(paths, reports)
