"""Parquet files: written whole or not at all, read back with the columns they must have.

Belongs here: how a frame becomes a file and a file a frame. Does not belong here: where files lie (`imr_etl.paths`),
and which of them are broken (`imr_etl.mending`).
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl

from imr_etl.errors import RunError
from imr_etl.seals import sealed

Schema = Mapping[str, pl.DataType]


LOOKS: Schema = {"file": pl.String(), "byte_count": pl.Int64(), "modified_ns": pl.Int64()}

WRITING = ".writing"
"""How the name of a file ends that is not whole yet, or never will be."""


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet so that the path names either what it named before or the whole new file.

    That holds over a power cut too, and so does the order in which files were written. Raises OSError where the disk is
    full or the folder cannot be written; nothing is left then.
    """
    write_bytes(sealed(frame, path), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file's bytes in the same way."""
    with _whole(path) as writing:
        writing.write_bytes(data)


def copy(source: Path, path: Path) -> None:
    """Copy a file with its times in the same way."""
    with _whole(path) as writing:
        shutil.copy2(source, writing)


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Where a file is to be written that takes its path's name once it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writing = path.with_name(path.name + WRITING)
    try:
        yield writing
        sync(writing)
        writing.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            writing.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_if_changed(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet unless the path holds the same rows: a file's time of change says when its rows did."""
    if not path.exists() or not frame.equals(read(path, frame.schema)):
        write(frame, path)


def read(path: Path, schema: Schema) -> pl.DataFrame:
    """The frame at a path, or an empty one of the same columns where there is no such file yet.

    Raises RunError where the file is broken.
    """
    try:
        return scan(path, schema).collect()
    except pl.exceptions.PolarsError as error:
        raise RunError(f"{path} is damaged: `imr-etl run` makes it again.") from error


def scan(path: Path, schema: Schema) -> pl.LazyFrame:
    """As `read`, for a part of a large file."""
    if not path.exists():
        return pl.LazyFrame(schema=dict(schema))
    # A folder may be called `letters [2016]`.
    rows = pl.scan_parquet(path, glob=False, schema=dict(schema), missing_columns="insert", extra_columns="ignore")
    return rows.select(list(schema))


def looks(root: Path, files: Iterable[Path]) -> pl.DataFrame:
    """Size and time of change of files below a folder, in their order: file, byte_count, modified_ns.

    What looks as it did is taken to be as it was.
    """
    status = [(file, file.stat()) for file in files]
    rows = [(str(file.relative_to(root)), found.st_size, found.st_mtime_ns) for file, found in status]
    return pl.DataFrame(rows, schema=dict(LOOKS), orient="row")


def merged(old: pl.DataFrame, new: pl.DataFrame, redone: pl.Series, order: Iterable[str]) -> pl.DataFrame:
    """Old rows but those of the letters (sha256) that were done again, and new rows, in an order of their own.

    The result does not depend on how many runs the letters came in.
    """
    return pl.concat([old.filter(~pl.col("sha256").is_in(redone.implode())), new]).sort(*order)


def sync(path: Path) -> None:
    """Have what was written to a file, or the names in a folder, outlive a power cut."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
