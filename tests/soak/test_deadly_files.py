"""Files that kill or hang their reader cost a problem each, the memory of a reader, and half a minute."""

import resource
import time
from pathlib import Path

import hostile_files
import polars as pl
import pytest
from loading import load_tables
from many_letters import write_many

from imr_etl.ingest.worker import MEMORY_LIMIT
from imr_etl.ingest.workers import SECONDS_A_LETTER

GOOD = 40
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
