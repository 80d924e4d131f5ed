"""Whether a data folder lists the letters that are there now.

Belongs here: the comparison of the folder of letters with what is listed of it. Nothing here writes. Does not belong
here: which listed letters are pending (`imr_etl.pipeline.update`), and whether the warehouse is current
(`warehouse.build.current`, which puts the three answers together).
"""

from pathlib import Path

from imr_etl.ingest import files
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths


def is_listed(paths: DataPaths, letters: Path) -> bool:
    """Whether a folder of letters is as it was listed. Raises RunError if the folder is missing."""
    known = parquet.read(paths.files(files.SIGHTINGS.name), files.SIGHTINGS.schema)
    listing, unlisted = files.list_letters(letters)
    return files.is_unchanged(listing, known, unlisted)
