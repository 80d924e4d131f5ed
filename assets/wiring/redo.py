"""What a job makes again although it is up to date: a tag of the job, so that every way of starting it has the effect.

Does not belong here: which jobs there are (`assets.wiring.jobs`).
"""

from typing import TypeVar, cast

import dagster as dg

TAG = "imr_etl/redo"

Choice = TypeVar("Choice", bound=str)


def redo_of(context: dg.AssetExecutionContext, *choices: Choice) -> Choice | None:
    """Return which of the choices the run's tag names, if any."""
    value = context.run_tags.get(TAG)
    return cast("Choice", value) if value in choices else None
