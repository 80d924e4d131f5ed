"""Publishing: a warehouse is built beside the one that people open, and takes its place by one rename.

Belongs here: the file that a build goes on from, and the change of files at its end. Does not belong here: what a build
puts into its file (`warehouse.build.build`), and how a file is known to be as its build left it
(`warehouse.build.inputs`).

Three names lie side by side in the data folder:

    imr.duckdb            what people open; who has it open goes on reading it after a build
    imr.duckdb.building   what a build writes to; nothing of it counts before the rename
    imr.duckdb.standby    the warehouse before the present one, a second name (hard link) of it until the rename

A build goes on from the standby, which nobody reads, so that a nightly run copies nothing; else from a copy of the
published file; else from nothing. Wherever a build is killed, `imr.duckdb` is the old file or the new one, whole.
"""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from imr_etl.errors import BusyError, RunError
from imr_etl.storage import parquet
from imr_etl.storage.locks import NO_WAIT, Wait
from imr_etl.storage.paths import DataPaths
from warehouse import attached
from warehouse.build.inputs import changed_blocks, held_inputs, logs_of

LARGEST_SHARE = 0.5
"""Of the blocks. Where more of them changed, loading all into an empty file is as fast, and leaves a smaller file."""


def start_building(paths: DataPaths, now: pl.DataFrame, *, full: bool, wait: Wait = NO_WAIT) -> list[str] | None:
    """Put the file that a build goes on from in its place; return the blocks that it has to replace.

    Takes the files that there are now, as `inputs` lists them. Returns None where the build starts from nothing: where
    it is a full one, where there is no warehouse that can be trusted, and where more than half of the blocks changed.
    Raises BusyError where another program has the published file open for writing, and has it still after the wait.
    """
    remove_unfinished(paths)
    with writers_kept_out(paths, wait):
        pass
    for base in () if full else (paths.standby, paths.warehouse):
        held = held_inputs(base)
        if held is None or (base == paths.standby and not _is_free(paths)):
            continue
        blocks = changed_blocks(held, now)
        if len(blocks) > max(1, LARGEST_SHARE * now["block"].n_unique()):
            continue
        if base == paths.standby:
            base.replace(paths.building)
        else:
            shutil.copyfile(base, paths.building)
        return blocks
    # It takes room that the new file may need.
    _remove(paths.standby, *logs_of(paths.standby))
    return None


def new_stamp() -> int:
    """The time of last change that a build gives its file, in seconds since 1970.

    Whole seconds, which every file system and every program that copies files keeps.
    """
    return int(time.time())


def publish(paths: DataPaths, stamp: int, wait: Wait = NO_WAIT) -> None:
    """Let the built file take the place of the published one, which becomes the standby.

    The built file is closed and says `stamp` in its table `build`. Raises BusyError where another program has the
    published file open for writing, and has it still after the wait.
    """
    building, published, standby = paths.building, paths.warehouse, paths.standby
    os.utime(building, (stamp, stamp))
    parquet.sync(building)
    is_base_for_the_next = held_inputs(published) is not None
    with writers_kept_out(paths, wait):
        # DuckDB would replay what a killed program left there into the new file.
        _remove(*logs_of(published), standby, *logs_of(standby))
        if is_base_for_the_next:
            # A file system without hard links keeps no standby; the next build then copies the published file.
            with contextlib.suppress(OSError):
                standby.hardlink_to(published)
        building.replace(published)
        parquet.sync(paths.root)
    _remove(*paths.warehouse_of_0_1)


def remove_unfinished(paths: DataPaths) -> None:
    """Remove what a build left that did not end."""
    _remove(paths.building, *logs_of(paths.building))
    shutil.rmtree(spill_folder(paths), ignore_errors=True)
    if not paths.warehouse.is_symlink():
        _remove(*paths.warehouse_of_0_1)


def spill_folder(paths: DataPaths) -> Path:
    """The folder for what does not fit into the memory of a build."""
    return paths.building.with_name(paths.building.name + ".tmp")


@contextlib.contextmanager
def writers_kept_out(paths: DataPaths, wait: Wait = NO_WAIT) -> Iterator[None]:
    """Have the published file open for reading, so that no other program can open it for writing.

    Raises BusyError where one has it open still after the wait, RunError where a folder has the file's name.
    """
    path = paths.warehouse
    if path.is_dir():
        raise RunError(f"{path} is a folder: move it away, the warehouse is a file of that name.")
    with contextlib.ExitStack() as reading:
        if path.exists() and (connection := wait.until(lambda: _opened_for_reading(path))):
            reading.enter_context(contextlib.closing(connection))
        yield


def _opened_for_reading(path: Path) -> duckdb.DuckDBPyConnection | None:
    """Open a warehouse for reading; None where the file is no warehouse, and will be replaced."""
    try:
        return attached(path, read_only=True)
    except duckdb.Error as error:
        if "Could not set lock" not in str(error):
            return None
        holder = re.search(r"\(PID \d+\)", str(error))
        named = f" {holder[0]}" if holder else ""
        raise BusyError(
            f"{path} is open for writing in another program{named}: close it there and run again."
        ) from error


def _is_free(paths: DataPaths) -> bool:
    """Tell whether no program has the standby open, and it is another file than the published one.

    Both are one file where a build was killed before its rename. DuckDB would then open it for writing although a
    reader has it open by its other name: locks are those of a process, and closing one handle frees them all.
    """
    if paths.warehouse.exists() and paths.standby.samefile(paths.warehouse):
        return False
    try:
        attached(paths.standby).close()
    except duckdb.Error:
        return False
    return True


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
