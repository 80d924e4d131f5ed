"""How fast letters are read and parsed, beside the libraries that do part of it: `make bench LETTERS=<folder>`.

Every contender runs in a process of its own, round by round, one after the other, so that a slow minute of the
machine falls on all. Ratios are the medians of each round's ratio; CPU counts the contender's own child processes
too. The folder's PDFs are taken again and again until there are enough; pdfplumber, which is slow, gets fewer.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import polars as pl

FEW, MANY = 48, 2_000
GROWTH = (200, 2_000, 20_000)
LETTERS_A_BLOCK = 10_000


def pdfplumber_text(files: list[Path]) -> None:
    """Run pdfplumber's extract_text on every page."""
    import pdfplumber

    for file in files:
        with pdfplumber.open(file) as document:
            for page in document.pages:
                page.extract_text()


def pypdfium2_text(files: list[Path]) -> None:
    """Run pypdfium2's get_text_range on every page, and nothing else."""
    import pypdfium2

    for file in files:
        document = pypdfium2.PdfDocument(file.read_bytes())
        for page in document:
            page.get_textpage().get_text_range()
        document.close()


def files_to_lines(files: list[Path], workers: int = 1) -> None:
    """Read files with one of our processes, or more; its start and the Parquet file are included."""
    lines, _ = _read(files, workers)
    with tempfile.TemporaryDirectory() as folder:
        _store().write(lines, Path(folder) / "letter_lines.parquet")


def files_to_lines_by_two(files: list[Path]) -> None:
    """Read files with two of our processes; their start and the Parquet file are included."""
    files_to_lines(files, workers=2)


def lines_to_tables(files: list[Path]) -> None:
    """Parse lines that are in memory, and write the Parquet files of all tables."""
    distinct = sorted(set(files))
    lines = _many(_read(distinct, 2)[0], len(files))
    START.update(now())
    _parse(lines)


def end_to_end(files: list[Path]) -> None:
    """Make tables of files with two reading processes."""
    _parse(_many(_read(files, 2)[0], len(files)))


CONTENDERS: dict[str, tuple[Callable[[list[Path]], None], int]] = {
    "pdfplumber extract_text": (pdfplumber_text, FEW),
    "pypdfium2 get_text_range": (pypdfium2_text, MANY),
    "files -> lines, 1 worker": (files_to_lines, MANY),
    "files -> lines, 2 workers": (files_to_lines_by_two, MANY),
    "lines -> tables": (lines_to_tables, MANY),
    "files -> tables, 2 workers": (end_to_end, MANY),
}
ONE_CORE = ("lines -> tables",)
"""Measured on one core, as one reading process is: threads that share a parse take more CPU than one does."""

START: dict[str, float] = {}


def now() -> dict[str, float]:
    """Read the clock, and the CPU seconds of this process and of those that it started."""
    use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {"wall": time.perf_counter(), "cpu": sum(u.ru_utime + u.ru_stime for u in use)}


def refuse_small_disk(folder: str, letters: int, bytes_a_letter: int) -> None:
    """Say how much disk space the letters take, and end if the folder's disk has less."""
    needed, free = bytes_a_letter * letters, shutil.disk_usage(folder).free
    print(f"{letters:,} letters take {needed / 1e9:.1f} GB in {folder}, which has {free / 1e9:.1f} GB.")
    if needed > free:
        sys.exit("That is too little: name a folder on a larger disk by --folder, or fewer letters.")


def _store():
    from imr_etl.storage import parquet

    return parquet


def _read(files: list[Path], workers: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    import hashlib

    from imr_etl.ingest.lines import read_letters
    from imr_etl.ingest.workers import Pool

    hashes = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in set(files)}
    letters = pl.DataFrame({"uri": [f.as_uri() for f in files], "sha256": [hashes[f] for f in files]}).with_columns(
        media_type=pl.lit("application/pdf")
    )
    with Pool(workers) as pool:
        return read_letters(letters, pool)


def _many(lines: pl.DataFrame, letters: int) -> pl.DataFrame:
    """Return as many letters as asked for: copies of those there are, under other keys."""
    lines = lines.unique(["sha256", "page", "line"], keep="first")
    distinct = lines.select(pl.col("sha256").unique(maintain_order=True))
    copies = [
        distinct.with_columns(copy=pl.lit(f"{n:06x}") + pl.col("sha256").str.slice(6))
        for n in range(-(-letters // distinct.height))
    ]
    wanted = pl.concat(copies).head(letters)
    copied = lines.join(wanted, on="sha256").drop("sha256").rename({"copy": "sha256"}).select(lines.columns)
    return copied.sort("sha256", "page", "line")


def _parse(lines: pl.DataFrame) -> None:
    from imr_etl.ingest.files import LETTER_FILES
    from imr_etl.ingest.lines import READS
    from imr_etl.pipeline.process import make_tables

    letters = lines.select(pl.col("sha256").unique()).with_row_index("n")
    reads = letters.select(
        "sha256", extractor_version=pl.lit(""), extractor=pl.lit(""), page_count=1, code=None, excerpt=None
    )
    names = letters.select(
        "sha256",
        case_number=pl.lit("CM16-") + pl.col("n").cast(pl.String).str.zfill(7),
        block=pl.lit(""),
        uri=pl.lit(""),
        byte_count=0,
        media_type=pl.lit(""),
        is_present=True,
        first_seen=None,
    )
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, letters.height, LETTERS_A_BLOCK):
            block = letters["sha256"].slice(start, LETTERS_A_BLOCK)
            tables = make_tables(
                lines.filter(pl.col("sha256").is_in(block.implode())), READS.conform(reads), LETTER_FILES.conform(names)
            )
            for name, table in tables.items():
                _store().write(table, Path(folder) / f"{name}-{start}.parquet")


def _run(contender: str, folder: Path, letters: int) -> dict[str, float]:
    """Measure one contender in a process of its own."""
    command = [sys.executable, __file__, str(folder), "--one", contender, "--letters", str(letters)]
    environment = os.environ | {"POLARS_MAX_THREADS": "1" if contender in ONE_CORE else "2"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout)


def _measure(contender: str, files: list[Path]) -> None:
    run = CONTENDERS[contender][0]
    START.update(now())
    run(files)
    end = now()
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"wall": end["wall"] - START["wall"], "cpu": end["cpu"] - START["cpu"], "peak": peak / 1024}))


def _report(folder: Path, rounds: int) -> None:
    results: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        for name, (_, letters) in CONTENDERS.items():
            measured = _run(name, folder, letters)
            results[name].append({**measured, "wall": measured["wall"] / letters, "cpu": measured["cpu"] / letters})
    base, bare = results["pdfplumber extract_text"], results["pypdfium2 get_text_range"]
    print(f"{'':28}{'letters/s':>10}{'CPU ms':>9}{'CPU x pdfplumber':>18}{'CPU / pypdfium2':>17}{'peak MiB':>10}")
    for name, measured in results.items():
        against = [statistics.median(b["cpu"] / m["cpu"] for b, m in zip(base, measured, strict=True))]
        against.append(statistics.median(m["cpu"] / b["cpu"] for b, m in zip(bare, measured, strict=True)))
        wall, cpu, peak = (statistics.median(m[key] for m in measured) for key in ("wall", "cpu", "peak"))
        print(f"{name:28}{1 / wall:>10.1f}{cpu * 1000:>9.3f}{against[0]:>18.1f}{against[1]:>17.3f}{peak:>10.0f}")
    one, two = results["files -> lines, 1 worker"], results["files -> lines, 2 workers"]
    speedup = statistics.median(a["wall"] / b["wall"] for a, b in zip(one, two, strict=True))
    print(f"two workers read {speedup:.2f} x as fast as one")
    print("\nlines -> tables on one core by the number of letters, beside reading them by one worker")
    read = statistics.median(m["cpu"] for m in one)
    for letters in GROWTH:
        measured = _run("lines -> tables", folder, letters)
        parsed = measured["cpu"] / letters
        print(
            f"{letters:>8,} letters {parsed * 1000:>8.3f} CPU ms each {read / parsed:>6.1f} x as fast"
            f" {measured['peak']:>6.0f} MiB"
        )


def main() -> None:
    """Print the figures, or measure one contender for the process that prints them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--letters", type=int, default=MANY, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    folder = arguments.folder.absolute()
    files = sorted(folder.rglob("*.pdf"))
    if not files:
        sys.exit(f"{folder} holds no .pdf letters: name a folder that does.")
    if arguments.one:
        _measure(arguments.one, list(islice(cycle(files), arguments.letters)))
    else:
        _report(folder, arguments.rounds)


if __name__ == "__main__":
    main()
