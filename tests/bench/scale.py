"""What a warehouse of many letters costs: `make bench-scale LETTERS=200000`.

Belongs here: what is measured of a made-up corpus at 20,000, 200,000 and 2,000,000 letters, each step in a process of
its own, and how each figure grows. Does not belong here: the corpus (`corpus`), the cost of a letter (`bench`).

    python tests/bench/scale.py 200000 --folder /tmp/corpora

A night is 600 letters over the 8 newest blocks, some of cases that were there. The first one goes on from the copy that
the whole build left, the second one from the warehouse before the first.
"""

import argparse
import json
import math
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import START, now, refuse_small_disk
from corpus import Block, Corpus, blocks, file_of, write_tables

from imr_etl.schema.tables import TABLES
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths

SIZES = (20_000, 200_000, 2_000_000)
BYTES_A_LETTER = 6_000
"""On disk: 1,000 of Parquet, 2,100 of the warehouse, as many of its standby."""

NIGHT_LETTERS, NIGHT_BLOCKS = 600, 8
NIGHTS = 2
SEARCHES = {
    "a common word": "pain",
    "a name": "physical therapy",
    "two names": "lumbar mri",
    "a phrase": '"functional improvement"',
    "a word that is nowhere": "zyzzyva",
}

Figures = dict[str, float]


def make(paths: DataPaths, letters: int) -> Iterator[tuple[str, Figures]]:
    """The corpus itself, in Parquet files."""
    for _ in write_tables(paths, letters):
        pass
    yield "corpus", {"bytes": sum(path.stat().st_size for path in paths.parquet())}


def whole(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """A build of all letters."""
    from warehouse.build.build import build

    build(paths, full=True)
    yield "whole build", {"bytes": paths.warehouse.stat().st_size}


def night(paths: DataPaths, letters: int) -> Iterator[tuple[str, Figures]]:
    """A build after a night's letters, whose Parquet files are written before the clock starts."""
    from warehouse.build.build import build

    number = sum(1 for _ in paths.root.glob("night-*")) + 1
    (paths.root / f"night-{number}").touch()
    _add_letters(paths, letters, number)
    START.update(now())
    build(paths)
    yield f"night {number}", {}


def marts(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """Every mart: read whole, or grouped by year where it has a row a letter or item."""
    from warehouse.build.marts import CASE, mart, mart_names
    from warehouse.query.connect import reading

    with reading(paths.warehouse) as connection:
        for name in mart_names():
            of_letters = CASE in mart(name).columns
            query = "SELECT year(decision_date), count(*) FROM {} GROUP BY 1" if of_letters else "FROM {}"
            yield _timed(f"mart {name}", lambda q=query, n=name: connection.execute(q.format(f"marts.{n}")).fetchall())


def questions(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """Every question, without narrowing it."""
    from warehouse.query.questions import ask, question, question_names

    for name in question_names():
        yield _timed(f"ask {name}", lambda n=name: ask(paths.warehouse, question(n), limit=100))


def looking(paths: DataPaths, _: int) -> Iterator[tuple[str, Figures]]:
    """Search, one case, what is new, the report."""
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


STEPS: dict[str, Callable[[DataPaths, int], Iterator[tuple[str, Figures]]]] = {
    step.__name__: step for step in (make, whole, night, marts, questions, looking)
}
PLAN = ("make", "whole", *["night"] * NIGHTS, "marts", "questions", "looking")


def _add_letters(paths: DataPaths, letters: int, number: int) -> None:
    each = NIGHT_LETTERS // NIGHT_BLOCKS
    corpus = Corpus(seed=number)
    for place, block in enumerate(blocks(letters)[-NIGHT_BLOCKS:]):
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
    START.update(now())
    found: dict[str, Figures] = {}
    for what, figures in STEPS[name](paths, letters):
        end = now()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found[what] = {key: end[key] - START[key] for key in end} | {"peak": peak} | figures
    print(json.dumps(found))


def _measure(folder: Path, letters: int) -> dict[str, Figures]:
    root = folder / f"{letters}"
    found: dict[str, Figures] = {}
    for step in PLAN:
        command = [sys.executable, __file__, str(letters), "--step", step, "--folder", str(root)]
        found |= json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    shutil.rmtree(root)
    return found


def _print(letters: int, found: dict[str, Figures], before: tuple[int, dict[str, Figures]] | None) -> None:
    print(f"\n{letters:,} letters{'seconds':>32}{'CPU s':>9}{'peak MiB':>10}{'MB':>9}{'growth':>9}")
    for what, figures in found.items():
        size = f"{figures['bytes'] / 1e6:,.0f}" if "bytes" in figures else ""
        growth = ""
        if before and what in before[1]:
            ratio = figures["wall"] / max(before[1][what]["wall"], 1e-6)
            growth = f"{math.log(ratio) / math.log(letters / before[0]):.2f}"
        result = f"{figures['wall']:>10.3f}{figures['cpu']:>9.2f}{figures['peak']:>10.0f}{size:>9}{growth:>9}"
        print(f"{what:<38}{result}", flush=True)


def main() -> None:
    """Print what corpora up to a size cost, or one step for the process that prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("letters", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        _step(arguments.step, DataPaths.at(arguments.folder), arguments.letters)
        return
    sizes = [size for size in SIZES if size < arguments.letters] + [arguments.letters]
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        refuse_small_disk(folder, arguments.letters, BYTES_A_LETTER)
        before = None
        for letters in sizes:
            found = _measure(Path(folder), letters)
            _print(letters, found, before)
            before = letters, found


if __name__ == "__main__":
    main()
