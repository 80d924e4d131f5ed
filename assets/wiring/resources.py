"""Resources: the folders that a run reads and writes.

Belongs here: what the environment decides. Does not belong here: what lies where below the data folder
(`imr_etl.paths`).
"""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from imr_etl.errors import RunError
from imr_etl.locks import writing
from imr_etl.paths import DataPaths


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
        """Write below the data folder, alone. What stops a run becomes one sentence that no retry can mend."""
        try:
            with writing(self.paths):
                yield self.paths
        except RunError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
                raise
            sentence = f"{self.paths.root} cannot be written ({error.strerror}): make room or give the right to."
            raise dg.Failure(f"{sentence} Then run again.", allow_retries=False) from error


folders = Folders(letters=dg.EnvVar("IMR_LETTERS"), data=dg.EnvVar("IMR_DATA"))
