"""Resources: the folders that a run reads and writes.

Belongs here: what the environment decides. Does not belong here: what lies where below the data folder
(`imr_etl.storage.paths`).
"""

import contextlib
import os
from collections.abc import Iterator

import dagster as dg

from imr_etl.errors import DiskFullError, RunError, disk_fault
from imr_etl.pipeline.engine import EMBEDDED
from imr_etl.sources import split_places
from imr_etl.storage import last_run
from imr_etl.storage.locks import Wait, writing
from imr_etl.storage.paths import DataPaths

RETRIES, SECONDS_BEFORE_A_RETRY = 2, 300.0
"""Retries of a step that found the disk full: somebody may make room."""


class Folders(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The places of letters, the data folder, what reads them (`--engine`, `--workers`), and how long a run waits.

    Places are separated by `;`. A run waits for another run, and for whoever has the warehouse open for writing.
    """

    letters: str
    data: str
    workers: int = 2
    engine: str = os.environ.get("IMR_ENGINE") or EMBEDDED
    wait_minutes: float = float(os.environ.get("IMR_WAIT_MINUTES") or 30)

    @property
    def places(self) -> list[str]:
        """The places that letters are taken from."""
        return split_places(self.letters)

    @property
    def paths(self) -> DataPaths:
        """The data folder."""
        return DataPaths.at(self.data)

    def wait(self, context: dg.AssetExecutionContext) -> Wait:
        """Return how long a step waits for another program; the run's log says that it does."""
        return Wait(self.wait_minutes * 60, context.log.warning)

    @contextlib.contextmanager
    def writing(self, context: dg.AssetExecutionContext) -> Iterator[DataPaths]:
        """Hold the right to write below the data folder. What stops a run becomes one sentence.

        If the disk is full the step is tried again after some minutes; no other fault goes away by waiting.
        """
        try:
            with writing(self.paths, self.wait(context)):
                last_run.note(self.paths, run_name(context))
                try:
                    yield self.paths
                except (RunError, OSError) as error:
                    sentence = disk_fault(error, self.paths.root) or error
                    if not _is_tried_again(sentence, context):
                        last_run.note(self.paths, run_name(context), error=str(sentence), is_over=True)
                    raise
        except (RunError, OSError) as error:
            fault = error if isinstance(error, RunError) else disk_fault(error, self.paths.root)
            if fault is None:
                raise
            if _is_tried_again(fault, context):
                context.log.warning(f"{fault} The step is tried again in {SECONDS_BEFORE_A_RETRY:.0f} seconds.")
                raise dg.RetryRequested(RETRIES, SECONDS_BEFORE_A_RETRY) from error
            raise dg.Failure(str(fault), allow_retries=False) from error


def _is_tried_again(fault: BaseException, context: dg.AssetExecutionContext) -> bool:
    return isinstance(fault, DiskFullError) and context.retry_number < RETRIES


def run_name(context: dg.AssetExecutionContext) -> str:
    """Name the run of a step, for people."""
    return f"Dagster run {context.run_id[:8]} of the job {context.job_name}"


folders = Folders(letters=dg.EnvVar("IMR_LETTERS"), data=dg.EnvVar("IMR_DATA"))
