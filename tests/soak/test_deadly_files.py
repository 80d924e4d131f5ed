"""Files that kill or hang their reader cost a problem each, the memory of a reader, and half a minute."""

import resource
import time
from pathlib import Path

import hostile_files
import polars as pl
import pytest
from loading import load_tables
from many_letters import write_many

from assets.definitions import defs
from imr_etl.ingest.worker import MEMORY_LIMIT
from imr_etl.ingest.workers import SECONDS_A_LETTER

GOOD, MANY = 40, 499
CRASHED, TIMED_OUT = "reader_crashed", "reader_timed_out"


@pytest.mark.timeout(600)
def test_deadly_files_among_good_ones(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    write_many(letters, GOOD)
    for name, make in hostile_files.DEADLY.items():
        (letters / name).write_bytes(make())
    begin = time.monotonic()
    load_tables(letters, tmp_path / "data")
    seconds = time.monotonic() - begin
    problems = pl.concat(map(pl.read_parquet, (tmp_path / "data" / "tables" / "problems").glob("*.parquet")))
    result = problems.filter(pl.col("stage") == "lines").select(pl.col("case_number") + ".pdf", "code")
    *kill, hang = hostile_files.DEADLY
    assert dict(result.iter_rows()) == {**dict.fromkeys(kill, CRASHED), hang: TIMED_OUT}
    loaded = pl.concat(map(pl.read_parquet, (tmp_path / "data" / "tables" / "determinations").glob("*.parquet")))
    assert loaded.height == GOOD
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MEMORY_LIMIT
    # A file that kills its reader is tried twice, one that hangs once.
    assert seconds < 2 * SECONDS_A_LETTER * len(hostile_files.DEADLY)


@pytest.mark.timeout(900)
def test_a_deadly_file_among_500_on_a_cluster_that_dagster_uses(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    letters = tmp_path / "letters"
    write_many(letters, MANY)
    name, make = next(iter(hostile_files.DEADLY.items()))
    (letters / name).write_bytes(make())
    folders = {"letters": str(letters), "data": str(tmp_path / "data")}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        engine = cluster.scheduler_address.replace("tcp", "dask")
        config = {"resources": {"folders": {"config": {**folders, "engine": engine}}}}
        assert defs.resolve_job_def("update").execute_in_process(run_config=config).success
    one_machine = load_tables(letters, tmp_path / "one machine")
    for table in ("letter_reads", "letter_lines"):
        files = sorted((tmp_path / "data" / "lines" / table).glob("*.parquet"))
        assert [file.read_bytes() for file in files] == [
            file.read_bytes() for file in sorted((one_machine.root / "lines" / table).glob("*.parquet"))
        ]
    reads = pl.concat(map(pl.read_parquet, (tmp_path / "data" / "lines" / "letter_reads").glob("*.parquet")))
    assert reads.height == MANY + 1
    assert reads["code"].drop_nulls().to_list() == [CRASHED]
