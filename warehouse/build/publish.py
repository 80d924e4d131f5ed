"""Publishing: a warehouse is built beside the one that people open, and takes its place by one rename.

Belongs here: the file that a build goes on from, and the change of files at its end. Does not belong here: what a build
puts into its file (`warehouse.build.build`), and how a file is known to be as its build left it
(`warehouse.build.inputs`).

These files are side by side in the data folder:

    imr.duckdb            what people open; who has it open goes on reading it after a build
    imr.duckdb.building   what a build writes to; nothing of it counts before the rename
    imr.duckdb.standby    the warehouse before the present one, a second name (hard link) of it until the rename
    search-<id>.sqlite    a search index; each warehouse names its own in its table `build`

A build goes on from the standby, which nobody reads, so that a nightly run copies nothing; else from a copy of the
published file; else from nothing. So does its search index, which gets a new name: a warehouse never names an index
that another build wrote to. Wherever a build is killed, `imr.duckdb` is the old file or the new one, whole, and its
index beside it. An index that neither it nor the standby names is removed.
"""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import duckdb
import polars as pl

from imr_etl.errors import BusyError, RunError
from imr_etl.storage import parquet
from imr_etl.storage.locks import NO_WAIT, Wait
from imr_etl.storage.paths import DataPaths
from warehouse import attached
from warehouse.build.inputs import changed_blocks, held_inputs, logs_of, search_index

LARGEST_SHARE = 0.5
"""Of the blocks. Where more of them changed, loading all into an empty file is as fast, and leaves a smaller file."""


def start_building(
    paths: DataPaths, now: pl.DataFrame, *, full: bool, wait: Wait = NO_WAIT
) -> tuple[list[str] | None, Path]:
    """Put the files that a build goes on from in their places; return the blocks to replace, and the search index.

    Takes the files that there are now, as `inputs` lists them. Instead of blocks, returns None where the build starts
    from nothing: where it is a full one, where there is no warehouse that can be trusted, and where more than half of
    the blocks changed; the search index is not there then.

    Raises BusyError where another program has the published file open for writing, still after the wait.
    """
    remove_unfinished(paths)
    with writers_kept_out(paths, wait):
        pass
    index = paths.search_index(uuid4().hex[:12])
    for base in () if full else (paths.standby, paths.warehouse):
        held = held_inputs(base)
        if held is None or (base == paths.standby and not _is_free(paths)):
            continue
        blocks = changed_blocks(held, now)
        if len(blocks) > max(1, LARGEST_SHARE * now["block"].drop_nulls().n_unique()):
            continue
        old_index = search_index(base)
        if old_index is None:
            continue
        if base == paths.standby:
            base.replace(paths.building)
            old_index.replace(index)
        else:
            shutil.copyfile(base, paths.building)
            shutil.copyfile(old_index, index)
        return blocks, index
    # The standby takes room that the new file may need.
    _remove(paths.standby, *logs_of(paths.standby))
    return None, index


def new_stamp() -> int:
    """Return the time of last change that a build gives its file, in seconds since 1970.

    Whole seconds, which every file system and every program that copies files keeps.
    """
    return int(time.time())


def publish(paths: DataPaths, stamp: int, wait: Wait = NO_WAIT) -> None:
    """Let the built file take the place of the published one, which becomes the standby; each keeps its search index.

    The built files are closed, and the warehouse says `stamp` in its table `build`. Raises BusyError where another
    program has the published file open for writing, still after the wait.
    """
    building, published, standby = paths.building, paths.warehouse, paths.standby
    index = search_index(building)
    for file in (building, *([index] if index else [])):
        os.utime(file, (stamp, stamp))
        parquet.sync(file)
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
        _remove_unnamed_indexes(paths)
    _remove(*paths.warehouse_of_0_1)


def remove_unfinished(paths: DataPaths) -> None:
    """Remove what an unfinished build left."""
    _remove(paths.building, *logs_of(paths.building))
    shutil.rmtree(spill_folder(paths), ignore_errors=True)
    _remove_unnamed_indexes(paths)
    if not paths.warehouse.is_symlink():
        _remove(*paths.warehouse_of_0_1)


def spill_folder(paths: DataPaths) -> Path:
    """Name the folder for what does not fit into the memory of a build."""
    return paths.building.with_name(paths.building.name + ".tmp")


@contextlib.contextmanager
def writers_kept_out(paths: DataPaths, wait: Wait = NO_WAIT) -> Iterator[None]:
    """Hold the published file open for reading, so that no other program can open it for writing.

    Raises BusyError where one still has it open after the wait, RunError where a folder has the file's name.
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
    """Check that no program has the standby open, and that it is another file than the published one.

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


def _remove_unnamed_indexes(paths: DataPaths) -> None:
    """Remove the search indexes that neither the published file nor the standby names.

    Nothing is removed where one of them cannot be read, as while another program writes to it.
    """
    named = [search_index(file) for file in (paths.warehouse, paths.standby) if file.exists()]
    if None not in named:
        pattern = paths.search_index("*")
        _remove(*(each for each in pattern.parent.glob(pattern.name) if each not in named))


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
