"""Whether a data folder lists the letters that are there now.

Belongs here: the comparison of the places of letters with the stored listing. Nothing here writes. Does not belong
here: which listed letters are pending (`imr_etl.pipeline.update`), and whether the warehouse is current
(`warehouse.build.current`, which puts the three answers together).
"""

from imr_etl.ingest import files
from imr_etl.sources import Letters
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths


def compare_listing(paths: DataPaths, letters: Letters) -> tuple[bool, list[str]]:
    """Check whether the places of letters are as they were listed, and name those that cannot be listed.

    Returns a sentence for each of the latter, which count as unchanged. Raises RunError if no place can be listed.
    """
    known = parquet.read(paths.files(files.SIGHTINGS.name), files.SIGHTINGS.schema)
    containers = parquet.read(paths.files(files.CONTAINERS.name), files.CONTAINERS.schema)
    problems = parquet.read(paths.files(files.PROBLEMS.name), files.PROBLEMS.schema)
    found = files.list_letters(letters, known, containers)
    is_same = files.unlisted_of(problems) == set(found.unlisted)
    return is_same and files.is_unchanged(found.letters, known, found.unlisted), found.faults
