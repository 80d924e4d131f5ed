"""A cluster makes the same files as one machine, whatever dies; what goes wrong with the cluster is one sentence.

Does not belong here: how fast an engine is (`tests/bench/engines.py`).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from socket import socket

import polars as pl
import pytest
from loading import process_pending
from many_letters import write_many
from processes import kill

from imr_etl import vocabulary
from imr_etl.errors import RunError
from imr_etl.ingest.lines import read_ahead
from imr_etl.pipeline import cluster as clusters
from imr_etl.pipeline.cluster import Dask
from imr_etl.pipeline.engine import find_engine
from imr_etl.pipeline.update import find_pending, update_files, update_letters
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths

distributed = pytest.importorskip("distributed")

Run = Callable[..., subprocess.CompletedProcess[str]]

LETTERS, BLOCKS = 120, 2
DEADLY = "CM16-0010007.pdf"
DRUGS = "ingredient,drug_class,aliases\nzoltrixine,Opioids,Zoltrix\n"
IN_A_READER = f"""
import sys
if "imr_etl.ingest.worker" in sys.orig_argv:
    import os
    whole = os.open
    def hostile(path, *others, **named):
        if str(path).endswith("{DEADLY}"):
            os._exit(9)
        return whole(path, *others, **named)
    os.open = hostile
"""


def stored(data: Path) -> dict[str, bytes]:
    """Every file of lines and tables."""
    files = [*data.glob("lines/*/*.parquet"), *data.glob("tables/*/*.parquet")]
    return {str(file.relative_to(data)): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Letters of two blocks, one of which kills every process that opens it; small chunks."""
    place = tmp_path_factory.mktemp("engine")
    write_many(place / "letters", LETTERS, BLOCKS)
    (place / "code").mkdir()
    (place / "code" / "sitecustomize.py").write_text(IN_A_READER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(place / "code"))
        patch.setenv("POLARS_MAX_THREADS", "1")
        patch.setattr(clusters, "FEWEST_LETTERS", 30)
        patch.setattr(clusters, "MOST_LETTERS", 30)
        # So that waits end at every moment of a task.
        patch.setattr(clusters, "SECONDS_A_WAIT", 0.02)
        yield place


@pytest.fixture(scope="module")
def one_machine(place: Path) -> dict[str, bytes]:
    paths = listed(place, "one machine")
    with find_engine("embedded", 2) as engine:
        reports = list(update_letters(paths, find_pending(paths), engine))
    assert sum(report.read for report in reports) == LETTERS
    return stored(paths.root)


@pytest.fixture(scope="module")
def cluster(place: Path) -> "Iterator[distributed.LocalCluster]":
    """Two workers, each with a folder of its own."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address=None,
        local_directory=str(place / "workers"),
    ) as cluster:
        yield cluster


@pytest.fixture
def engine(cluster: "distributed.LocalCluster") -> Iterator[Dask]:
    with Dask(cluster.scheduler_address) as engine:
        yield engine


@pytest.fixture(autouse=True)
def package_tables_again() -> Iterator[None]:
    yield
    vocabulary.replace_tables({}, None)


def listed(place: Path, name: str, letters: str = "letters") -> DataPaths:
    """A data folder that adds a row to a code table and knows its letters, all of them pending."""
    paths = DataPaths.at(place / name)
    paths.vocabulary.mkdir(parents=True)
    (paths.vocabulary / "drugs.csv").write_text(DRUGS)
    update_files(paths, place / letters)
    return paths


def once(action: Callable[[], object]) -> Callable[[int], None]:
    """Progress that does something the first time that letters are done."""
    actions = [action]
    return lambda letters: actions.pop()() if letters and actions else None


def test_a_worker_that_is_killed_costs_nothing_and_a_deadly_letter_costs_itself(
    place: Path, engine: Dask, one_machine: dict[str, bytes]
) -> None:
    paths = listed(place, "cluster")
    pids = list(engine._connected().run(os.getpid).values())
    reports = list(update_letters(paths, find_pending(paths), engine, once(lambda: os.kill(pids[0], signal.SIGKILL))))
    assert [(report.block, report.read, report.problems) for report in reports] == [
        ("CM16-000", LETTERS // BLOCKS, 0),
        ("CM16-001", LETTERS // BLOCKS, 1),
    ]
    assert stored(paths.root) == one_machine
    reads = parquet.open_parquet(paths.lines("letter_reads", "CM16-001")).collect()
    assert reads["code"].drop_nulls().to_list() == ["reader_crashed"]


def test_letters_that_workers_cannot_read_travel(place: Path, engine: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    *_, lost = write_many(place / "few", 12)
    here, there = listed(place, "few here", "few"), listed(place, "few there", "few")
    lost.unlink()
    process_pending(here)
    sent = []

    def read_elsewhere(letters: pl.DataFrame) -> dict[str, bytes | OSError]:
        found = read_ahead(letters.with_columns(pl.col("uri").str.replace("/few/", "/elsewhere/")))
        sent.append(len(found))
        return {uri.replace("/elsewhere/", "/few/"): data for uri, data in found.items()}

    monkeypatch.setattr(clusters, "read_ahead", read_elsewhere)
    (place / "few").rename(place / "elsewhere")
    process_pending(there, engine=engine)
    assert sum(sent) == 12
    # The letter that this machine cannot read either has the same problem, in the same words.
    assert stored(here.root) == stored(there.root)
    # Tables made again from the lines that are stored.
    assert process_pending(there, redo="tables", engine=engine)
    assert stored(here.root) == stored(there.root)


def test_other_versions_are_refused(place: Path, engine: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = listed(place, "versions")
    versions = clusters.versions
    monkeypatch.setattr(clusters, "versions", lambda: versions() | {"polars": "2.0.0"})
    with pytest.raises(RunError, match=r"The worker tcp://.* has other versions .*\(polars 2\.\d.*, here 2.0.0\)"):
        process_pending(paths, engine=engine)
    assert stored(paths.root) == {}


def test_a_scheduler_that_goes_away(
    place: Path, one_machine: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "SECONDS_TO_CONNECT", 10)
    paths = listed(place, "goes away")
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"stderr": subprocess.DEVNULL, "start_new_session": True}
    program = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--no-dashboard"]
    scheduler = subprocess.Popen([*program, "--port", str(port)], **options)
    program = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        f"127.0.0.1:{port}",
        "--nthreads",
        "1",
        "--no-nanny",
    ]
    worker = subprocess.Popen([*program, "--no-dashboard", "--local-directory", str(place / "away")], **options)
    try:
        with find_engine(f"dask://127.0.0.1:{port}", 2) as engine:
            reports = update_letters(paths, find_pending(paths), engine)
            next(reports)
            kill(scheduler)
            with pytest.raises(
                RunError,
                match=r"The scheduler of the .* cannot be reached: .* What was stored stays",
            ):
                list(reports)
    finally:
        kill(scheduler)
        kill(worker)
    assert 0 < len(stored(paths.root)) < len(one_machine)
    assert list(process_pending(paths)) == ["CM16-001"]
    assert stored(paths.root) == one_machine


def test_no_scheduler_is_one_sentence(imr_etl: Run, letters: Path, data: Path) -> None:
    run = imr_etl("run", "--letters", letters, "--data", data, "--engine", "dask://127.0.0.1:1")
    said = run.stderr.strip().splitlines()
    assert run.returncode == 1
    assert "The scheduler of the Dask cluster tcp://127.0.0.1:1 cannot be reached: start it" in said[-1]
    assert "Traceback" not in run.stderr
    with pytest.raises(RunError, match=r"^spark://.* is no engine: name embedded, or dask://HOST:8786"):
        find_engine("spark://127.0.0.1:1", 2)
