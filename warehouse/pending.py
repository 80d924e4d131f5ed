"""What a run has left to do: one answer for the command line and for the schedule.

Belongs here: whether every letter that was listed is read and parsed, and whether the warehouse is current. Does not
belong here: listing the folder, and doing what is left (`imr_etl.stages`, `warehouse.build`).
"""

from dataclasses import dataclass

from imr_etl import stages
from imr_etl.paths import DataPaths
from warehouse.inputs import fault, is_current


@dataclass(frozen=True)
class PendingWork:
    """What is left to do.

    `letters` counts by block those to be read or parsed, `outdated` those of them whose tables another version made.
    `fault` says in a sentence what happened to the warehouse since it was published.
    """

    letters: dict[str, int]
    outdated: int
    fault: str | None
    is_warehouse_current: bool

    @property
    def is_empty(self) -> bool:
        """Everything that was listed is in the warehouse, and it is as it was published."""
        return not self.letters and self.is_warehouse_current

    @property
    def sentences(self) -> list[str]:
        """What is done again, and why."""
        again = (
            f"The tables of {self.outdated:,} letters were made by other rules, or have other columns: they are made"
            " again from the letters' lines."
        )
        return [*([again] if self.outdated else []), *([self.fault] if self.fault else [])]


def pending_work(paths: DataPaths, *, verify: bool = False) -> PendingWork:
    """Find what is left to do once the folder of letters was listed; `verify` is that of `warehouse.inputs.fault`."""
    letters = stages.pending(paths)
    found = fault(paths, verify=verify)
    return PendingWork(letters, stages.outdated(paths, letters), found, found is None and is_current(paths))
