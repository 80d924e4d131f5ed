"""Parquet files: written whole or not at all, read back with the columns they must have.

Belongs here: how a frame becomes a file and a file a frame. Does not belong here: where files lie (`imr_etl.paths`).
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

Schema = Mapping[str, pl.DataType]


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet so that the path names either what it named before or the whole new file.

    Raises OSError where the disk is full or the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    writing = path.with_name(path.name + ".writing")
    frame.write_parquet(writing, compression="zstd", compression_level=3)
    with writing.open("rb+") as file:
        os.fsync(file.fileno())
    writing.replace(path)


def write_if_changed(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet unless the path holds the same rows: a file's time of change says when its rows did."""
    if not path.exists() or not frame.equals(read(path, frame.schema)):
        write(frame, path)


def read(path: Path, schema: Schema) -> pl.DataFrame:
    """The frame at a path, or an empty one of the same columns where there is no such file yet."""
    return scan(path, schema).collect()


def scan(path: Path, schema: Schema) -> pl.LazyFrame:
    """As `read`, for a part of a large file."""
    return pl.scan_parquet(path).select(list(schema)) if path.exists() else pl.LazyFrame(schema=dict(schema))


def merged(old: pl.DataFrame, new: pl.DataFrame, redone: pl.Series, order: Iterable[str]) -> pl.DataFrame:
    """Old rows but those of the letters (sha256) that were done again, and new rows, in an order of their own.

    The result does not depend on how many runs the letters came in.
    """
    return pl.concat([old.filter(~pl.col("sha256").is_in(redone.implode())), new]).sort(*order)
