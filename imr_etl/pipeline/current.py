"""Whether a data folder lists the letters that are there now.

Belongs here: the comparison of the places of letters with what is listed of it. Nothing here writes. Does not belong
here: which listed letters are pending (`imr_etl.pipeline.update`), and whether the warehouse is current
(`warehouse.build.current`, which puts the three answers together).
"""

from imr_etl.ingest import files
from imr_etl.sources import Letters
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths


def is_listed(paths: DataPaths, letters: Letters) -> bool:
    """Whether the places of letters are as they were listed. Raises RunError if one is missing or cannot be listed."""
    known = parquet.read(paths.files(files.SIGHTINGS.name), files.SIGHTINGS.schema)
    containers = parquet.read(paths.files(files.CONTAINERS.name), files.CONTAINERS.schema)
    found = files.list_letters(letters, known, containers)
    return files.is_unchanged(found.letters, known, found.unlisted)
