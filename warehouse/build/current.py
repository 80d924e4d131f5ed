"""What a run has left to do: the one answer for the command line, the schedule and `status`.

Belongs here: the answers of all stages put together. Nothing here writes, except that a warehouse that was found
damaged is marked as such. Does not belong here: the answer of each stage (`imr_etl.pipeline.current`,
`imr_etl.pipeline.update`, `warehouse.build.inputs`), and doing what is left (`imr_etl.pipeline.update`,
`warehouse.build.build`).
"""

import re
from dataclasses import dataclass

from imr_etl.pipeline.current import compare_listing
from imr_etl.pipeline.update import PendingBlock, Redo, find_pending
from imr_etl.sources import Letters
from imr_etl.storage.paths import DataPaths
from warehouse.build.inputs import build_of, fault, is_current

REPORT_HEAD = 4096
"""The head of the report says within so many bytes of which build it is."""


@dataclass(frozen=True)
class PendingWork:
    """What is left to do.

    Attributes:
        is_listed: the places of letters that can be listed are as they were listed.
        faults: a sentence for each place that cannot be listed.
        blocks: the listed letters that are to be read or parsed.
        fault: a sentence on what happened to the warehouse since it was published, if anything did.
        is_warehouse_current: the warehouse is as it was published, and holds the tables that there are now.
        is_report_current: the report is that of the warehouse's build.
    """

    is_listed: bool
    faults: list[str]
    blocks: list[PendingBlock]
    fault: str | None
    is_warehouse_current: bool
    is_report_current: bool

    @property
    def is_empty(self) -> bool:
        """Check whether the warehouse holds every letter, and the report is of that warehouse."""
        return self.is_built and self.is_report_current

    @property
    def is_built(self) -> bool:
        """Check whether the warehouse holds every letter."""
        return self.is_listed and not self.faults and not self.blocks and self.is_warehouse_current

    @property
    def description(self) -> str:
        """Say what is left to do, for people; empty where nothing is."""
        left = {
            " ".join(self.faults).removesuffix("."): bool(self.faults),
            "the letters changed since they were listed": not self.is_listed,
            f"{self.letters:,} letters are to be read or parsed": bool(self.blocks),
            "the warehouse is to be built": not self.is_warehouse_current,
            "the report is to be written": not self.is_report_current,
        }
        return "; ".join(sentence for sentence, holds in left.items() if holds)

    @property
    def letters(self) -> int:
        """Count the listed letters that are to be read or parsed."""
        return sum(block.size for block in self.blocks)

    @property
    def sentences(self) -> list[str]:
        """Say what is done again, and why."""
        outdated = sum(block.outdated for block in self.blocks)
        again = f"The tables of {outdated:,} letters were made by other rules: they are made again from their lines."
        return [*([again] if outdated else []), *([self.fault] if self.fault else [])]


def find_pending_work(
    paths: DataPaths, letters: Letters | None = None, *, redo: Redo | None = None, verify: bool = False
) -> PendingWork:
    """Find what is left to do.

    Args:
        paths: the data folder.
        letters: the places of letters; None if they have just been listed, or are not known.
        redo: what is to be made again although it is up to date, as for `find_pending`.
        verify: read all of the warehouse to find damage, as for `warehouse.build.inputs.fault`.

    Raises:
        RunError: no place of letters can be listed, a Parquet file is damaged, or a newer version wrote the folder.
    """
    paths.refuse_newer_format()
    is_listed, faults = (True, []) if letters is None else compare_listing(paths, letters)
    found = fault(paths, verify=verify)
    return PendingWork(
        is_listed,
        faults,
        find_pending(paths, redo=redo),
        found,
        found is None and is_current(paths),
        _is_report_current(paths),
    )


def _is_report_current(paths: DataPaths) -> bool:
    """Check whether the report says that it is of the warehouse's build."""
    try:
        with paths.report.open("rb") as file:
            head = file.read(REPORT_HEAD).decode(errors="replace")
    except OSError:
        return False
    named = re.search('<meta name="imr-etl-build" content="([^"]+)">', head)
    return named is not None and named[1] == build_of(paths.warehouse)
