"""Resources: the folders that a run reads and writes.

Belongs here: what the environment decides. Does not belong here: what lies where below the data folder
(`imr_etl.storage.paths`).
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from imr_etl.errors import RunError, disk_fault
from imr_etl.storage.locks import writing
from imr_etl.storage.paths import DataPaths


class Folders(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The folder of letters, the data folder, and how many processes read PDFs."""

    letters: str
    data: str
    workers: int = 2

    @property
    def letters_folder(self) -> Path:
        """The folder that letters are taken from."""
        return Path(self.letters).absolute()

    @property
    def paths(self) -> DataPaths:
        """The data folder."""
        return DataPaths.at(self.data)

    @contextlib.contextmanager
    def writing(self) -> Iterator[DataPaths]:
        """Hold the right to write below the data folder. What stops a run becomes one sentence, without a retry."""
        try:
            with writing(self.paths):
                yield self.paths
        except RunError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        except OSError as error:
            if fault := disk_fault(error, self.paths.root):
                raise dg.Failure(str(fault), allow_retries=False) from error
            raise


folders = Folders(letters=dg.EnvVar("IMR_LETTERS"), data=dg.EnvVar("IMR_DATA"))
