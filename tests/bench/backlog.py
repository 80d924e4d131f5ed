"""What a backlog of PDFs costs from the folder to the warehouse: `make bench-backlog LETTERS=20000`.

Belongs here: `imr-etl run` over made-up letters as a user types it, stopped by Ctrl-C and started again,
beside a script that does nothing but pdfplumber's extract_text, in one process, over some of the same files. Does not
belong here: the letters (`letters`), what a letter costs (`bench`), warehouses of millions (`scale`).

pdfplumber is measured before and after, since the machine may be busier at one time than at another.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

import duckdb
import polars as pl
from bench import refuse_small_disk
from letters import write_letters, written_items

from warehouse.build.parquet import define_parquet_rows, file_names

BYTES_A_LETTER = 25_000
"""On disk: 9,000 of the PDF, the rest Parquet and the warehouse."""

SAMPLE = 200
"""Letters that pdfplumber reads each time."""

STOPPED_AFTER = 1 / 3
"""Of the time that the backlog should take: then the run is stopped as by Ctrl-C."""

PDFPLUMBER = """
import sys, time, pdfplumber
start = time.perf_counter()
for file in sys.argv[1:]:
    with pdfplumber.open(file) as document:
        for page in document.pages:
            page.extract_text()
print(time.perf_counter() - start)
"""


def pdfplumber_rate(files: list[Path]) -> float:
    """Measure the letters a second of a one-process script, without its start and imports."""
    command = [sys.executable, "-c", PDFPLUMBER, *map(str, files)]
    return len(files) / float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run(letters: Path, data: Path, workers: int, stop_after: float | None = None) -> float:
    """Return the seconds that `imr-etl run --all` took to finish, or to end after Ctrl-C."""
    program = Path(sys.executable).with_name("imr-etl")
    command = [program, "run", "--all", "--letters", letters, "--data", data, "--workers", str(workers)]
    started = time.perf_counter()
    with (data.parent / "run.log").open("ab") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        if stop_after is not None:
            time.sleep(stop_after)
            process.send_signal(signal.SIGINT)
        status = process.wait()
    if status and stop_after is None:
        sys.exit(f"The run failed, see {log.name}.")
    return time.perf_counter() - started


def result(data: Path) -> tuple[dict[str, int], int]:
    """Count letters by their status in the warehouse, and those with a problem other than an unknown word."""
    with duckdb.connect(str(data / "imr.duckdb"), read_only=True) as connection:
        statuses = connection.execute("SELECT status, count(*) FROM main.letter_files GROUP BY status ORDER BY status")
        found = dict(statuses.fetchall())
        query = "SELECT count(DISTINCT sha256) FROM main.problems WHERE code NOT LIKE 'unknown%'"
        ((faulty,),) = connection.execute(query).fetchall()
        return found, faulty


def misread(data: Path, letters: int, folder: Path) -> int:
    """Count items of readable letters that are not in the warehouse as they were written."""
    written = folder / "written.parquet"
    pl.concat(written_items(letters)).write_parquet(written)
    columns = "case_number, item_number, request, decision, rationale"
    with duckdb.connect(str(data / "imr.duckdb"), read_only=True) as connection:
        define_parquet_rows(connection)
        ((missed,),) = connection.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM parquet_rows(?) EXCEPT"
            f" SELECT {columns} FROM main.disputed_items JOIN main.determinations USING (determination_id))",
            [file_names([written])],
        ).fetchall()
        return missed


def main() -> None:
    """Write the letters, load them, and print rates."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", type=int)
    parser.add_argument("--folder", type=Path, help="On a disk with room; what is made there goes again.")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        refuse_small_disk(folder, arguments.letters, BYTES_A_LETTER)
        _measure(Path(folder), arguments.letters, arguments.workers)


def _measure(folder: Path, count: int, workers: int) -> None:
    letters, data = folder / "letters", folder / "data"
    started = time.perf_counter()
    bad = write_letters(letters, count)
    print(f"written in {time.perf_counter() - started:.0f} s, {bad:,} of them bad", flush=True)
    drawn = random.Random(count).sample(sorted(letters.rglob("*.pdf")), min(count, 2 * SAMPLE))
    files = [file for file in drawn if _opens(file)][:SAMPLE]
    before = pdfplumber_rate(files)
    print(f"pdfplumber extract_text, one process: {before:.1f} letters/s", flush=True)
    stopped = run(letters, data, workers, stop_after=STOPPED_AFTER * count / (60 * before))
    print(f"imr-etl run --all, stopped: {stopped:.0f} s", flush=True)
    seconds = stopped + run(letters, data, workers)
    after = pdfplumber_rate(files)
    found, faulty = result(data)
    ratio = 2 * count / seconds / (before + after)
    print(f"pdfplumber extract_text, again: {after:.1f} letters/s")
    print(f"imr-etl run --all, {workers} workers, stop and new start included: {seconds:.0f} s", end="")
    print(f", {count / seconds:.0f} letters/s, {ratio:.0f} x pdfplumber")
    wrong = misread(data, count, folder)
    print(f"{json.dumps(found)}, {faulty:,} with a fault; {wrong:,} items not as they were written")
    if sum(found.values()) != count or faulty != bad or wrong:
        sys.exit(f"{count:,} letters should be there, {bad:,} of them with a fault, and no item misread.")


def _opens(file: Path) -> bool:
    import pdfplumber

    try:
        with pdfplumber.open(file) as document:
            return len(document.pages) > 0
    except Exception:  # noqa: BLE001  whatever it raises for a bad file
        return False


if __name__ == "__main__":
    main()
