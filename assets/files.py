"""Stage files: which letters there are.

Belongs here: the asset `letter_files`. Does not belong here: how a folder is listed (`imr_etl.ingest.files`).
"""

import dagster as dg

from assets.wiring.metadata import column_schema, row_count
from assets.wiring.resources import Folders
from imr_etl import stages
from imr_etl.schema.tables import TABLES

TABLE = TABLES["letter_files"]


class FilesConfig(dg.Config):
    """`rehash`: read every file again, also those whose size and time of change are as they were."""

    rehash: bool = False


@dg.asset(
    group_name="files",
    kinds={"pdf", "parquet"},
    description=f"{TABLE.description}.\n\nLists the folder of letters and hashes what is new or changed.",
    metadata=column_schema(TABLE.fields, TABLE.key, TABLE.required),
)
def letter_files(config: FilesConfig, folders: Folders) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """List the folder of letters."""
    with folders.writing() as paths:
        report = stages.update_files(paths, folders.letters_folder, rehash=config.rehash)
    return dg.MaterializeResult(
        metadata={
            **row_count(report.letters),
            "files in the folder": report.files,
            "new letters": report.new,
            "problems": report.problems,
            "folder": dg.MetadataValue.path(str(folders.letters_folder)),
        }
    )
