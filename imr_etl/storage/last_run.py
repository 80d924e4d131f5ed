"""What the last run did, and when: one small JSON file that the command line and Dagster's runs write.

Does not belong here: the history of runs, which Dagster keeps.
"""

import contextlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths


def note(
    paths: DataPaths,
    run: str,
    done: Mapping[str, int] = MappingProxyType({}),
    *,
    is_over: bool = False,
    error: str | None = None,
) -> None:
    """Add to what is known of a run. A run of another name replaces it, and so does one that begins after its end.

    `done` says what a run did by keys such as `new_letters`; an `error` stays until the run is over. The caller holds
    the lock of the data folder. A fault of the disk is ignored here: the run itself will report it.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    known = read(paths) or {}
    # Numbers of processes repeat; in a container each run may have the same.
    if known.get("run") != run or known.get("ended"):
        known = {"run": run, "started": now}
    error = error or known.get("error")
    known |= {"ended": now if is_over else None, "error": error, "done": {**known.get("done", {}), **done}}
    with contextlib.suppress(OSError):
        parquet.write_bytes(json.dumps(known).encode(), paths.last_run)


def read(paths: DataPaths) -> dict[str, Any] | None:
    """Read what is known of the last run: run, started, ended, error, done; None where nothing is."""
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(paths.last_run.read_text(encoding="utf-8"))
        return known if isinstance(known, dict) else None
    return None
