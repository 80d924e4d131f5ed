"""What listing and reading an archive, a table of texts and a bucket cost: `make bench-sources`.

Belongs here: a zip of 10,000 letters, a Parquet of 200,000 texts, an S3 on this machine with 5,000 objects. Does not
belong here: folders of PDFs (`backlog`), and what a letter costs (`bench`).
"""

import multiprocessing
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

import buckets
import polars as pl
from make_letters import LETTERS as SAMPLES

from imr_etl.ingest.files import SIGHTINGS, Listing, list_letters, update_sightings
from imr_etl.ingest.lines import read_letters
from imr_etl.ingest.workers import Pool

NOW = datetime(2026, 11, 23)
MEMBERS, TEXTS, OBJECTS, READ = 10_000, 200_000, 5_000, 2_000
FOLDER = 2_000_000
T = TypeVar("T")


def timed(what: str, function: Callable[[], T]) -> T:
    """Call a function and print its time, and the most memory that this process has had so far."""
    start = time.perf_counter()
    result = function()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:<64} {seconds:8.2f} s   {peak:6,} MiB", flush=True)
    return result


def alone(function: Callable[..., None], *arguments: object) -> None:
    """Call a function in a process of its own, whose memory is that of the function."""
    process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
    process.start()
    process.join()


def measure(what: str, place: str | Path, change: Callable[[], None]) -> None:
    """List a place for the first time, again, and after something changed; read some of its letters."""
    first: Listing = timed(f"{what}: first listing", lambda: list_letters(place))
    known = timed(f"{what}: hashes", lambda: update_sightings(first.letters, SIGHTINGS.empty(), NOW))

    def again() -> pl.DataFrame:
        found = list_letters(place, known, first.containers)
        return update_sightings(found.letters, known, NOW)

    timed(f"{what}: listing, nothing changed", again)
    with Pool(2) as pool:
        timed(f"{what}: {READ:,} letters read by two processes", lambda: read_letters(known.head(READ), pool))
    change()
    timed(f"{what}: listing, one letter changed", again)


def archive(folder: Path) -> None:
    path = folder / "letters.zip"
    samples = cycle([file.read_bytes() for file in sorted(SAMPLES.glob("*.pdf"))])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as writer:
        for number in range(MEMBERS):
            writer.writestr(f"2016/CM16-{number:07}.pdf", next(samples) + b"\n%d" % number)

    def change() -> None:
        with zipfile.ZipFile(path, "a") as writer:
            writer.writestr("2016/CM16-9999999.pdf", next(samples))

    measure(f"zip of {MEMBERS:,} PDFs", path, change)


def write_table(path: Path, changed: str = "") -> None:
    text = (SAMPLES / "CM16-0175590.txt").read_text(encoding="utf-8")
    ids = pl.DataFrame({"id": [f"CM16-{number:07}" for number in range(TEXTS)]})
    is_changed = pl.col("id") == changed
    ids.with_columns(text=pl.when(is_changed).then(pl.lit("x")).otherwise(pl.lit(text) + pl.col("id"))).write_parquet(
        path
    )


def table(folder: Path) -> None:
    path = folder / "texts.parquet"
    alone(write_table, path)
    measure(f"Parquet of {TEXTS:,} texts", path, lambda: alone(write_table, path, "CM16-0000007"))


def bucket() -> None:
    with buckets.s3() as (client, environment):
        os.environ.update(environment)

        def put(number: int, body: bytes) -> None:
            client.put_object(Bucket=buckets.BUCKET, Key=f"letters/CM16-{number:07}.txt", Body=body)

        text = (SAMPLES / "CM16-0175590.txt").read_bytes()
        for number in range(OBJECTS):
            put(number, text + b"%d" % number)
        what = f"S3 on this machine, {OBJECTS:,} objects, {-(-OBJECTS // 1000)} requests a listing"
        measure(what, f"s3://{buckets.BUCKET}/letters", lambda: put(7, b"changed"))


def folder_of_many(folder: Path) -> None:
    many = folder / "many"
    for number in range(FOLDER):
        if number % 10_000 == 0:
            (many / f"{number // 10_000:03}").mkdir(parents=True)
        os.close(os.open(many / f"{number // 10_000:03}" / f"CM16-{number:07}.pdf", os.O_CREAT))
    found = timed(f"folder of {FOLDER:,} files: listing", lambda: list_letters(many))
    known = SIGHTINGS.conform(
        found.letters.with_columns(sha256=pl.col("uri"), is_present=True, first_seen=pl.lit(NOW), problem=None)
    )
    timed("the same: compared with what is known", lambda: update_sightings(found.letters, known, NOW))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        alone(archive, Path(place))
        alone(table, Path(place))
        alone(bucket)
        if "--folder" in sys.argv:
            alone(folder_of_many, Path(place))
