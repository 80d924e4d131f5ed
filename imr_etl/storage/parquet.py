"""Parquet files: written whole or not at all, read back with the columns they must have.

Belongs here: how a frame becomes a file and a file a frame. Does not belong here: where files lie
(`imr_etl.storage.paths`), and which of them are broken (`imr_etl.pipeline.repair`).
"""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import polars as pl

from imr_etl.storage.checksums import trust, verify, with_checksum

Schema = Mapping[str, pl.DataType]


FILE_STATS: Schema = {"file": pl.String(), "byte_count": pl.Int64(), "modified_ns": pl.Int64()}

WRITING = ".writing"
"""Ending of the name of a file that is not whole yet, or never will be."""


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet so that the path names either what it named before or the whole new file.

    That holds over a power cut too, and so does the order in which files were written. Raises OSError where the disk is
    full or the folder cannot be written; nothing is left then.
    """
    write_bytes(with_checksum(frame, path), path)
    trust(path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file's bytes in the same way."""
    with _whole(path) as writing:
        writing.write_bytes(data)


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Yield a path to write to; what is there at the end is renamed to the path itself."""
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
    """Write a frame as Parquet unless the path holds the same rows and columns.

    The time of a file's last change is then that of its rows.
    """
    if path.exists():
        verify(path)
    if not (path.exists() and frame.equals(open_parquet(path).collect())):
        write(frame, path)


def read(path: Path, schema: Schema) -> pl.DataFrame:
    """Read the columns of a schema from a Parquet file, or no rows where there is no such file yet.

    A file that another version wrote may have other columns. One that it lacks is null in all rows; so is one of
    another type, except that numbers stay numbers. Raises RunError where the file is damaged.
    """
    return scan(path, schema).collect()


def scan(path: Path, schema: Schema) -> pl.LazyFrame:
    """Read as `read` does, lazily: for a part of a large file."""
    if not path.exists():
        return pl.LazyFrame(schema=dict(schema))
    verify(path)
    rows = open_parquet(path)
    found = rows.collect_schema()
    others = [_column(name, dtype, found.get(name)) for name, dtype in schema.items() if found.get(name) != dtype]
    return rows.with_columns(others).select(list(schema))


def open_parquet(source: Path | BytesIO) -> pl.LazyFrame:
    """Read a Parquet file lazily with nothing guessed from its path.

    A folder may be called `letters [2016]` or `year=2018`. All reading of Parquet by polars goes through this function,
    and all reading by DuckDB through `warehouse.build.parquet`.
    """
    return pl.scan_parquet(source, glob=False, hive_partitioning=False)


def _column(name: str, dtype: pl.DataType, found: pl.DataType | None) -> pl.Expr:
    """Make a column of a schema's type from a file that lacks it, or has it in the type `found`."""
    if found is not None and found.is_numeric() and dtype.is_numeric():
        return pl.col(name).cast(dtype, strict=False)
    return pl.lit(None, dtype).alias(name)


def count_rows(pattern: Path) -> int:
    """Count the rows of the Parquet files of a name pattern, such as `<folder>/*.parquet`, by their footers."""
    return sum(open_parquet(file).select(pl.len()).collect().item() for file in pattern.parent.glob(pattern.name))


def file_stats(root: Path, files: Iterable[Path]) -> pl.DataFrame:
    """Read size and time of change of files below a folder, in their order: file, byte_count, modified_ns."""
    status = [(file, file.stat()) for file in files]
    rows = [(str(file.relative_to(root)), found.st_size, found.st_mtime_ns) for file, found in status]
    return pl.DataFrame(rows, schema=dict(FILE_STATS), orient="row")


def merged(old: pl.DataFrame, new: pl.DataFrame, redone: pl.Series, order: Iterable[str]) -> pl.DataFrame:
    """Return the old rows without those of letters (sha256) done again, and the new rows, in the table's order.

    The result does not depend on how many runs the letters came in.
    """
    return pl.concat([old.filter(~pl.col("sha256").is_in(redone.implode())), new]).sort(*order)


def sync(path: Path) -> None:
    """Make what was written to a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
