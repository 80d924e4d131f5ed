"""What a warehouse of many letters costs: `make bench-scale LETTERS=200000`.

Belongs here: what is measured of a made-up corpus at 20,000, 200,000 and 2,000,000 letters, each step in a process of
its own, and how each figure grows. Does not belong here: the corpus (`corpus`), the cost of a letter (`bench`).

    python tests/bench/scale.py 200000 --folder /tmp/corpora --keep

A nightly build adds 600 letters to the 8 newest blocks, some of them of cases that were there. The first one copies the
published warehouse, because a full build leaves no standby; the others go on from the standby; during the last one a
reader has the standby open, so that it copies again.
"""

import argparse
import contextlib
import json
import math
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import START, now, refuse_small_disk
from corpus import Block, Corpus, blocks, file_of, write_tables

from imr_etl.schema.tables import TABLES
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths

SIZES = (20_000, 200_000, 2_000_000)
BYTES_A_LETTER = 17_000
"""On disk: 1,000 of Parquet, and 16,000 of warehouse and search index three times: standby and backup are beside it."""

NEW_LETTERS, NEW_BLOCKS = 600, 8
BUILDS_ON_STANDBY = 2
SEARCHES = {
    "a common word": "pain",
    "a name": "physical therapy",
    "two names": "lumbar mri",
    "a phrase": '"functional improvement"',
    "a word that is nowhere": "zyzzyva",
}

Figures = dict[str, float]


def make(paths: DataPaths, letters: int) -> Iterator[tuple[str, Figures]]:
    """Write the corpus, in Parquet files."""
    for _ in write_tables(paths, letters):
        pass
    yield "corpus", {"bytes": sum(path.stat().st_size for path in paths.parquet())}


def full(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """Build the warehouse from all letters."""
    from warehouse.build.build import build

    with _disk_sampled(paths) as disk:
        build(paths, full=True)
    yield "full build", {"bytes": paths.warehouse.stat().st_size, **disk}
    yield "search index", {"bytes": sum(file.stat().st_size for file in _indexes(paths))}


def first_nightly(paths: DataPaths, letters: int) -> Iterator[tuple[str, Figures]]:
    """Build after new letters where there is no standby."""
    yield _nightly("nightly build, no standby", paths, letters)


def nightly(paths: DataPaths, letters: int) -> Iterator[tuple[str, Figures]]:
    """Build after new letters, on the standby."""
    for number in range(1, BUILDS_ON_STANDBY + 1):
        yield _nightly(f"nightly build {number} on the standby", paths, letters)


def nightly_with_reader(paths: DataPaths, letters: int) -> Iterator[tuple[str, Figures]]:
    """Build after new letters while another process has the standby open."""
    reader = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True);"
        " sys.stdin.read()"
    )
    command = [sys.executable, "-c", reader, str(paths.standby)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield _nightly("nightly build, standby read", paths, letters)


def backup(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """Copy warehouse and search index away, and back."""
    from warehouse.build.inputs import is_current, search_index

    away = paths.root / "backup"
    away.mkdir()
    files = [paths.warehouse, search_index(paths.warehouse)]
    yield _timed("backup", lambda: [shutil.copy2(file, away) for file in files])
    yield _timed("restore", lambda: [shutil.copy2(away / file.name, file.parent) for file in files])
    assert is_current(paths)
    shutil.rmtree(away)


def marts(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """Read every mart: whole, or grouped by year where it has a row a letter or item."""
    from warehouse.build.marts import CASE, mart, mart_names
    from warehouse.query.connect import reading

    with reading(paths.warehouse) as connection:
        for name in mart_names():
            of_letters = CASE in mart(name).columns
            query = "SELECT year(decision_date), count(*) FROM {} GROUP BY 1" if of_letters else "FROM {}"
            yield _timed(f"mart {name}", lambda q=query, n=name: connection.execute(q.format(f"marts.{n}")).fetchall())


def questions(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """Ask every question, of all dates and of some."""
    from warehouse.query.connect import reading
    from warehouse.query.questions import ask, question, question_names

    with reading(paths.warehouse) as connection:
        ((days,),) = connection.execute("SELECT quantile_disc(decision_date, [0.1, 0.9]) FROM marts.letters").fetchall()
    dates = dict(zip(("first", "last"), days, strict=True))
    for name in question_names():
        yield _timed(f"ask {name}", lambda n=name: ask(paths.warehouse, question(n), limit=100))
        yield _timed(f"ask {name}, dates", lambda n=name: ask(paths.warehouse, question(n), **dates, limit=100))


def looking(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """Search, show one case, find pending blocks, write the report."""
    from imr_etl.names import Search
    from imr_etl.pipeline.update import find_pending
    from warehouse.query.case import find_case
    from warehouse.query.connect import reading
    from warehouse.query.report import write_report
    from warehouse.query.search import search

    for what, words in SEARCHES.items():
        with reading(paths.warehouse) as connection:
            yield _timed(f"search {what}", lambda c=connection, p=words: list(search(c, Search(words=p), 20).hits))
    with reading(paths.warehouse) as connection:
        ((case,),) = connection.execute("SELECT max(determination_id) FROM main.determinations").fetchall()
    yield _timed("show", lambda: find_case(paths, case))
    yield _timed("pending blocks", lambda: find_pending(paths))
    yield _timed("report", lambda: write_report(paths.warehouse, paths.root / "report.html"))


PLAN = (make, full, first_nightly, nightly, nightly_with_reader, backup, marts, questions, looking)
STEPS: dict[str, Callable[[DataPaths, int], Iterator[tuple[str, Figures]]]] = {step.__name__: step for step in PLAN}


def _nightly(what: str, paths: DataPaths, letters: int) -> tuple[str, Figures]:
    """Build after new letters, whose Parquet files are written before the clock starts."""
    from warehouse.build.build import build

    number = sum(1 for _ in paths.root.glob("nightly-*")) + 1
    (paths.root / f"nightly-{number}").touch()
    _add_letters(paths, letters, number)
    START.update(now())
    with _disk_sampled(paths) as disk:
        build(paths)
    return what, disk


@contextlib.contextmanager
def _disk_sampled(paths: DataPaths) -> Iterator[Figures]:
    """Sample every tenth of a second what warehouses, search indexes and spill files take; `disk` is the most."""
    found: Figures = {"disk": 0}
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.1):
            sizes: dict[int, int] = {}
            with contextlib.suppress(OSError):  # A file may go while it is looked at.
                for pattern in ("imr.duckdb*", "imr.duckdb*/*", "search-*"):
                    for file in paths.root.glob(pattern):
                        stats = file.stat()
                        sizes[stats.st_ino] = stats.st_blocks * 512
                found["disk"] = max(found["disk"], sum(sizes.values()))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _indexes(paths: DataPaths) -> list[Path]:
    pattern = paths.search_index("*")
    return list(pattern.parent.glob(pattern.name))


def _add_letters(paths: DataPaths, letters: int, number: int) -> None:
    each = NEW_LETTERS // NEW_BLOCKS
    corpus = Corpus(seed=number)
    for place, block in enumerate(blocks(letters)[-NEW_BLOCKS:]):
        come = Block(block.name, 10**9 + number * 10**6 + place * each, each)
        for name, rows in corpus.tables(come, state=number).items():
            path = file_of(paths, name, block.name)
            old = parquet.read(path, TABLES[name].schema)
            parquet.write(parquet.merged(old, rows, rows["sha256"], TABLES[name].key), path)


def _timed(what: str, run: Callable[[], object]) -> tuple[str, Figures]:
    START.update(now())
    run()
    return what, {}


def _step(name: str, paths: DataPaths, letters: int) -> None:
    """Run a step in this process and print its figures."""
    found: dict[str, Figures] = {}
    START.update(now())
    for what, figures in STEPS[name](paths, letters):
        end = now()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found[what] = {key: end[key] - START[key] for key in end} | {"peak": peak} | figures
        START.update(now())
    print(json.dumps(found))


def _measure(folder: Path, letters: int, *, keep: bool) -> dict[str, Figures]:
    root = folder / f"{letters}"
    found: dict[str, Figures] = {}
    for step in STEPS:
        command = [sys.executable, __file__, str(letters), "--step", step, "--folder", str(root)]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"{letters:,} letters: {step} done", file=sys.stderr)
        found |= figures
    if not keep:
        shutil.rmtree(root)
    return found


def _print(letters: int, found: dict[str, Figures], before: tuple[int, dict[str, Figures]] | None) -> None:
    print(f"\n{letters:,} letters{'seconds':>36}{'CPU s':>9}{'peak MiB':>10}{'MB':>9}{'disk MB':>9}{'growth':>9}")
    for what, figures in found.items():
        size = f"{figures['bytes'] / 1e6:,.0f}" if "bytes" in figures else ""
        disk = f"{figures['disk'] / 1e6:,.0f}" if "disk" in figures else ""
        growth = ""
        if before and what in before[1]:
            ratio = figures["wall"] / max(before[1][what]["wall"], 1e-6)
            growth = f"{math.log(ratio) / math.log(letters / before[0]):.2f}"
        result = f"{figures['wall']:>10.3f}{figures['cpu']:>9.2f}{figures['peak']:>10.0f}{size:>9}{disk:>9}{growth:>9}"
        print(f"{what:<42}{result}", flush=True)


def main() -> None:
    """Print what corpora up to a size cost, or one step for the process that prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the data folders below FOLDER")
    parser.add_argument("--only", action="store_true", help="measure this size only, not the smaller ones")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        _step(arguments.step, DataPaths.at(arguments.folder), arguments.letters)
        return
    smaller = [] if arguments.only else [size for size in SIZES if size < arguments.letters]
    folder = tempfile.mkdtemp(dir=arguments.folder)
    refuse_small_disk(folder, arguments.letters, BYTES_A_LETTER)
    try:
        before = None
        for letters in [*smaller, arguments.letters]:
            found = _measure(Path(folder), letters, keep=arguments.keep)
            _print(letters, found, before)
            before = letters, found
    finally:
        if not arguments.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
