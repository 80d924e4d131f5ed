"""Stage files: whether the data folder is intact, and which letters there are.

Belongs here: the assets `intact_files` and `letter_files`. Does not belong here: how a folder is listed
(`imr_etl.ingest.files`), and how damage is found (`imr_etl.pipeline.repair`).
"""

from collections.abc import Iterator

import dagster as dg

from assets.wiring import results
from assets.wiring.metadata import column_schema
from assets.wiring.resources import Folders
from imr_etl.pipeline.repair import repair
from imr_etl.pipeline.update import update_files
from imr_etl.schema.tables import TABLES

TABLE = TABLES["letter_files"]


class FilesConfig(dg.Config):
    """`rehash`: read every file again, also those whose size and time are unchanged."""

    rehash: bool = False


@dg.asset(
    group_name="files",
    kinds={"parquet"},
    description=(
        "The Parquet files of the data folder, verified: the first step of every run.\n\n"
        "A file whose checksum does not match is quarantined, and its letters are processed again."
    ),
)
def intact_files(context: dg.AssetExecutionContext, config: FilesConfig, folders: Folders) -> Iterator[results.Result]:
    """Verify the files of the data folder and quarantine damaged ones."""
    from warehouse.query.connect import loaded_letters  # noqa: PLC0415  loads duckdb in 0.15 s, which every start would pay

    with folders.writing() as paths:
        sentences = repair(paths, lambda: loaded_letters(paths.warehouse), verify_all=config.rehash)
    for sentence in sentences:
        context.log.warning(sentence)
    yield from results.of_repair(sentences)


@dg.asset(
    group_name="files",
    kinds={"pdf", "parquet"},
    deps=[intact_files],
    description=f"{TABLE.description}.\n\nLists the folder of letters and hashes what is new or changed.",
    metadata=column_schema(TABLE.fields, TABLE.key, TABLE.required),
)
def letter_files(config: FilesConfig, folders: Folders) -> Iterator[results.Result]:
    """List the folder of letters."""
    with folders.writing() as paths:
        report = update_files(paths, folders.letters_folder, rehash=config.rehash)
    yield from results.of_files(report, folders.letters_folder)
