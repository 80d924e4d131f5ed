"""Stage files: whether the data folder is intact, and which letters there are.

Belongs here: the assets `intact_files` and `letter_files`. Does not belong here: how letters are listed
(`imr_etl.ingest.files`, `imr_etl.sources`), and how damage is found (`imr_etl.pipeline.repair`).
"""

from collections.abc import Iterator

import dagster as dg

from assets.wiring import results
from assets.wiring.metadata import table_schema
from assets.wiring.resources import Folders, run_name
from imr_etl import __version__
from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.pipeline.repair import repair
from imr_etl.pipeline.update import update_files
from imr_etl.schema.tables import TABLES
from imr_etl.storage import last_run
from warehouse.query.connect import loaded_letters

TABLE = TABLES["letter_files"]

LETTERS_FOLDER = dg.AssetSpec(
    "letters_folder",
    group_name="files",
    kinds={"pdf"},
    description=(
        "The places of letters (IMR_LETTERS): folders, archives, tables, buckets.\n\n"
        "Other programs put the letters there; imr-etl only reads them."
    ),
)


class FilesConfig(dg.Config):
    """`rehash`: read every file again, also those whose size and time are unchanged."""

    rehash: bool = False


@dg.asset(
    group_name="files",
    kinds={"parquet"},
    code_version=__version__,
    description=(
        "The Parquet files of the data folder, verified: the first step of every run.\n\n"
        "A file whose checksum does not match is quarantined, and its letters are processed again."
    ),
)
def intact_files(context: dg.AssetExecutionContext, config: FilesConfig, folders: Folders) -> Iterator[results.Result]:
    """Verify the files of the data folder and quarantine damaged ones."""
    with folders.writing(context) as paths:
        sentences = repair(paths, lambda: loaded_letters(paths.warehouse), verify_all=config.rehash)
    for sentence in sentences:
        context.log.warning(sentence)
    yield from results.of_repair(sentences)


@dg.asset(
    group_name="files",
    kinds={"pdf", "parquet"},
    code_version=EXTRACTOR_VERSION,
    deps=[intact_files, LETTERS_FOLDER],
    description=f"{TABLE.description}.\n\nLists the places of letters and hashes what is new or changed.",
    metadata=table_schema(TABLE),
)
def letter_files(context: dg.AssetExecutionContext, config: FilesConfig, folders: Folders) -> Iterator[results.Result]:
    """List the places of letters."""
    with folders.writing(context) as paths:
        report = update_files(paths, folders.places, rehash=config.rehash)
        # The last step of the run fails with this error (`assets.reports`).
        last_run.note(paths, run_name(context), {"new_letters": report.new}, error=report.fault)
    if report.fault:
        context.log.error(report.fault)
    yield from results.of_files(report, folders.places)
