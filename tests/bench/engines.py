"""What an engine costs over the pool: `make bench-engines LETTERS=2000`.

Belongs here: reading and parsing made-up PDFs by one process, by the pool of two, and by a Dask cluster of two workers
on this machine, whose files must be equal to the pool's. Does not belong here: the warehouse (`scale`), the letters
(`letters`).

User and system time is that of the program and of all processes that it started, from the first letter on: a cluster
is already running; its workers are cold at first. That time says more than the clock does while other programs are at
work.
"""

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

import psutil
from letters import write_letters

from imr_etl.pipeline.engine import Engine, find_engine
from imr_etl.pipeline.update import find_pending, update_files, update_letters
from imr_etl.storage.paths import DataPaths

ENGINES = ("one process", "pool of 2", "Dask, 2 workers")


def cpu_seconds() -> float:
    """Return the user and system time of this process and its descendants, ended ones that were waited for included."""
    here = psutil.Process()
    times = [process.cpu_times() for process in (here, *here.children(recursive=True))]
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


def started(name: str, stack: ExitStack) -> Engine:
    """Return an engine, a cluster with its workers ready."""
    if "Dask" not in name:
        return find_engine("embedded", 2 if "2" in name else 1)
    from distributed import LocalCluster

    cluster = stack.enter_context(LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"))
    engine = find_engine(cluster.scheduler_address.replace("tcp", "dask"), 2)
    engine.letters_a_chunk(1)
    return engine


def measure(name: str, letters: Path, folder: Path) -> None:
    """Process all letters with an engine, twice; print the time it took, and the hash of all files."""
    with ExitStack() as stack:
        engine = stack.enter_context(started(name, stack))
        for turn in ("cold", "warm"):
            paths = DataPaths.at(folder / f"{name}, {turn}")
            update_files(paths, letters)
            pending = find_pending(paths)
            count = sum(block.size for block in pending)
            cpu, clock = cpu_seconds(), time.perf_counter()
            for _ in update_letters(paths, pending, engine):
                pass
            clock, cpu = time.perf_counter() - clock, cpu_seconds() - cpu
            files = sorted(file for stage in ("lines", "tables") for file in (paths.root / stage).rglob("*.parquet"))
            made = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
            rate = f"{count / cpu:6.1f} letters a CPU second"
            print(f"{name:<16} {turn} {cpu:7.1f} s CPU {clock:7.1f} s, {rate}, files {made}", flush=True)


def main() -> None:
    """Write the letters, and measure the engines in turn, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", type=int)
    parser.add_argument("--folder", type=Path, help="On a disk with room; what is made there goes again.")
    arguments = parser.parse_args()
    os.environ |= {"POLARS_MAX_THREADS": "1", "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        letters = Path(folder, "letters")
        write_letters(letters, arguments.letters)
        for name in ENGINES:
            process = get_context("spawn").Process(target=measure, args=(name, letters, Path(folder)))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
