"""Whether there is anything to do before the warehouse: the one answer for the command line and the schedule.

Belongs here: the comparison of the folder of letters with what is listed, read and parsed. Nothing here writes. Does
not belong here: whether the warehouse is that of the tables (`warehouse.sources`).
"""

from pathlib import Path

from imr_etl import store
from imr_etl.ingest import files
from imr_etl.paths import DataPaths
from imr_etl.pipeline.update import find_pending


def is_up_to_date(paths: DataPaths, letters: Path) -> bool:
    """Whether every letter of a folder is listed, read and parsed. Raises RunError if the folder is missing."""
    known = store.read(paths.files(files.SIGHTINGS.name), files.SIGHTINGS.schema)
    listing, unlisted = files.list_letters(letters)
    return files.is_unchanged(listing, known, unlisted) and not find_pending(paths)
