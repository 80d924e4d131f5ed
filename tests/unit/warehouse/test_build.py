"""The build over Parquet files made by hand: what comes over, and what a build does to the file that is there."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from unittest.mock import Mock

import duckdb
import pytest
from parquet_rows import Row, write_rows

import warehouse.build
import warehouse.sources
from imr_etl import store
from imr_etl.errors import RunError
from imr_etl.paths import DataPaths
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import TABLES, WAREHOUSE_TABLES
from warehouse import attached, sql
from warehouse.build import BuildReport, build
from warehouse.checks import CheckResult
from warehouse.sources import fault, is_current

FIRST, SECOND = "CM16-0020001", "CM16-0020002"

Put = Callable[..., None]
Rows = list[Row]


def ask(paths: DataPaths, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def of_tables(report: BuildReport) -> dict[str, int]:
    return {name: rows for name, rows in report.rows.items() if not name.startswith("marts.")}


def left_over(paths: DataPaths) -> list[str]:
    """What lies beside the warehouse's two names that a build might have left."""
    return sorted(path.name for path in paths.root.glob("*") if "building" in path.name or path.suffix == ".wal")


# What comes over


@pytest.mark.usefixtures("letters")
def test_a_build_reports_what_it_built(paths: DataPaths) -> None:
    report = build(paths)
    assert report.letters == {"loaded": 2}
    assert of_tables(report) == dict.fromkeys(WAREHOUSE_TABLES, 1) | {"determinations": 2, "letter_files": 2}
    assert report.rows["marts.items"] == 1
    assert report.problems == {"no_items": 1}
    assert report.seconds > 0
    assert left_over(paths) == []
    told = "SELECT letters, imr_etl_version IS NOT NULL, source_folder FROM imr.build"
    assert ask(paths, told) == [(2, True, "file:///letters")]


EARLY, LATE = date(2016, 3, 1), date(2016, 9, 1)
SEEN, SEEN_LATER = datetime(2026, 1, 1), datetime(2026, 2, 1)


@pytest.mark.parametrize(
    ("one", "other", "current"),
    [
        pytest.param(("b", LATE, SEEN, "1.pdf"), ("a", EARLY, SEEN_LATER, "2.pdf"), "b", id="latest decision"),
        pytest.param(("b", EARLY, SEEN, "1.pdf"), ("a", None, SEEN_LATER, "2.pdf"), "b", id="a date before none"),
        pytest.param(("b", None, SEEN, "2.pdf"), ("a", None, SEEN_LATER, "1.pdf"), "a", id="seen last"),
        pytest.param(("b", EARLY, SEEN, "1.pdf"), ("a", EARLY, SEEN, "2.pdf"), "a", id="last address"),
        pytest.param(("b", EARLY, SEEN, "1.pdf"), ("a", EARLY, SEEN, "1.pdf"), "b", id="last content"),
    ],
)
def test_one_letter_of_a_case_is_current(
    paths: DataPaths, put: Put, one: tuple[object, ...], other: tuple[object, ...], current: str
) -> None:
    put(
        letter_files=[
            {"sha256": sha256, "case_number": FIRST, "first_seen": seen, "uri": uri}
            for sha256, _, seen, uri in (one, other)
        ],
        determinations=[
            {
                "sha256": sha256,
                "determination_id": FIRST,
                "decision_date": decided,
                "item_count": 1,
                "outcome": "upheld",
            }
            for sha256, decided, _, _ in (one, other)
        ],
        disputed_items=[{"sha256": sha256, "item_number": 1, "request": sha256} for sha256, *_ in (one, other)],
    )
    build(paths)
    assert ask(paths, "SELECT determination_id, sha256 FROM imr.determinations") == [(FIRST, current)]
    assert ask(paths, "SELECT determination_id, request FROM imr.disputed_items") == [(FIRST, current)]
    status = {"a": "superseded", "b": "superseded"} | {current: "loaded"}
    assert dict(ask(paths, "SELECT sha256, status FROM imr.letter_files")) == status


def put_copies(put: Put, *copies: Row) -> None:
    """Write letters of one case: `problems` of a copy are codes, the other keys columns of the tables."""
    names = {name: TABLES[name].columns for name in ("letter_files", "determinations")}
    rows: dict[str, list[Row]] = {name: [] for name in (*names, "disputed_items", "problems")}
    for copy in copies:
        case = {"determination_id": FIRST, "case_number": FIRST, "outcome": "upheld"}
        for name, columns in names.items():
            rows[name].append({key: value for key, value in (case | copy).items() if key in columns})
        key = {"sha256": copy["sha256"]}
        rows["disputed_items"] += [key | {"item_number": number + 1} for number in range(copy["item_count"])]
        rows["problems"] += [
            key | {"position": position, "case_number": FIRST, "code": code}
            for position, code in enumerate(copy.get("problems", ()), start=1)
        ]
    put(**rows)


COPY: Row = {
    "sha256": "a",
    "uri": "1.pdf",
    "first_seen": SEEN,
    "media_type": "application/pdf",
    "decision_date": EARLY,
    "item_count": 2,
}
LATER_COPY: Row = COPY | {"sha256": "b", "uri": "2.pdf", "first_seen": SEEN_LATER}
"""Of two letters of which no other thing is known the one that counts."""


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param({}, {"item_count": 1}, id="more items"),
        pytest.param({"decision_date": None}, {"decision_date": None, "item_count": 1}, id="more items, no dates"),
        pytest.param({"problems": ["section_missing"]}, {"template": "unknown"}, id="a known template"),
        pytest.param({}, {"problems": ["item_incomplete"]}, id="no part of an item missing"),
        pytest.param({}, {"problems": ["section_missing"]}, id="no section missing"),
        pytest.param({}, {"problems": ["incomplete_letter"]}, id="text to its end"),
        pytest.param({}, {"problems": ["unreadable_page"]}, id="no unread page"),
        pytest.param({"problems": ["unknown_drug"] * 3}, {"media_type": "text/plain"}, id="a PDF"),
        pytest.param({"media_type": "text/plain"}, {"problems": ["item_incomplete"]}, id="no gap before a PDF"),
        pytest.param({"problems": ["unreadable_page"]}, {"decision_date": None}, id="a date"),
    ],
)
def test_the_more_complete_letter_of_a_decision_counts(paths: DataPaths, put: Put, better: Row, worse: Row) -> None:
    put_copies(put, COPY | better, LATER_COPY | worse)
    build(paths)
    assert ask(paths, "SELECT sha256 FROM imr.determinations") == [("a",)]
    assert ask(paths, "SELECT code FROM imr.problems WHERE stage = 'warehouse'") == []


def test_of_equal_copies_the_later_seen_counts(paths: DataPaths, put: Put) -> None:
    put_copies(put, COPY | {"problems": ["unknown_drug"]}, LATER_COPY | {"problems": ["unknown_drug"] * 2})
    build(paths)
    assert ask(paths, "SELECT sha256 FROM imr.determinations") == [("b",)]


@pytest.mark.parametrize("decided", [EARLY, None])
def test_a_later_decision_with_fewer_items_counts_and_is_a_problem(
    paths: DataPaths, put: Put, decided: date | None
) -> None:
    whole = COPY | {"item_count": 3, "decision_date": decided}
    put_copies(
        put,
        whole,
        whole | {"sha256": "c", "uri": "3.pdf", "item_count": 2},
        whole | {"sha256": "d", "uri": "4.pdf", "item_count": 1},
        LATER_COPY | {"item_count": 1, "decision_date": LATE, "problems": ["unreadable_page"]},
    )
    build(paths)
    assert ask(paths, "SELECT sha256 FROM imr.determinations") == [("b",)]
    columns = "sha256, position, case_number, stage, code, field, excerpt"
    told = "item_count 1 here and {} in the superseded letter {} with SHA-256 {}"
    superseded = ("warehouse", "superseded_had_more_items", "item_count")
    assert ask(paths, f"SELECT {columns} FROM imr.problems ORDER BY position") == [
        ("b", 1, FIRST, "tables", "unreadable_page", None, None),
        ("b", 2, FIRST, *superseded, told.format(3, "1.pdf", "a")),
        ("b", 3, FIRST, *superseded, told.format(2, "3.pdf", "c")),
    ]


def test_a_problem_about_a_superseded_letter_lasts_as_long_as_that_letter(paths: DataPaths, put: Put) -> None:
    whole = COPY | {"item_count": 3}
    short = LATER_COPY | {"item_count": 1, "decision_date": LATE}
    put_copies(put, whole, short)
    build(paths)
    about = "SELECT sha256, code FROM imr.problems"
    superseded = [("b", "superseded_had_more_items")]
    assert ask(paths, about) == superseded
    assert build(paths).changed == 0, "the build's own rows are no change"
    assert ask(paths, about) == superseded
    put_copies(put, whole | {"determination_id": SECOND, "case_number": SECOND, "uri": "renamed.pdf"}, short)
    assert build(paths).changed == 2
    assert ask(paths, about) == []
    put_copies(put, whole, short)
    assert build(paths).changed == 0, "the spare warehouse is of these letters"
    assert ask(paths, about) == superseded


def test_the_codes_that_make_a_letter_less_complete_are_codes() -> None:
    named = re.findall(r"'(\w+)'", sql("load/current_letters").partition("code IN")[2].partition(")")[0])
    assert "item_incomplete" in named
    assert set(named) <= set(PROBLEM_CODES)


def test_every_letter_has_a_status(paths: DataPaths, put: Put) -> None:
    put(
        letter_files=[{"sha256": sha256} for sha256 in ("fine", "image", "not read", "not parsed")],
        letter_reads=[
            {"sha256": "fine"},
            {"sha256": "image", "code": "no_text", "page_count": 2},
            {"sha256": "not parsed", "extractor": "", "page_count": 0},
        ],
        letter_parses=[{"sha256": "fine"}, {"sha256": "image"}],
        determinations=[{"sha256": "fine", "determination_id": FIRST, "case_number": FIRST}],
        problems=[{"sha256": "image", "position": 1, "stage": "lines", "code": "no_text"}],
    )
    build(paths)
    columns = "sha256, status, case_number, page_count, extractor, extractor_version, parser_version"
    assert ask(paths, f"SELECT {columns} FROM imr.letter_files ORDER BY sha256") == [
        ("fine", "loaded", FIRST, 4, "pdfium", "1", "1"),
        ("image", "unreadable", None, 2, "pdfium", "1", "1"),
        ("not parsed", "unreadable", None, None, None, "1", None),
        ("not read", "unreadable", None, None, None, None, None),
    ]


def test_a_table_without_files_is_empty(paths: DataPaths, put: Put) -> None:
    put(letter_files=[{"sha256": "a"}])
    report = build(paths)
    assert report.letters == {"unreadable": 1}
    assert of_tables(report) == dict.fromkeys(WAREHOUSE_TABLES, 0) | {"letter_files": 1}


def test_a_column_that_a_file_of_another_version_lacks_is_null(paths: DataPaths, put: Put) -> None:
    """The file of one block lacks the column, that of another has it."""
    for number, block in ((1, "CM16-002"), (2, "CM16-003")):
        case = {"sha256": f"{number}", "determination_id": block, "item_count": 1, "outcome": "upheld"}
        item = {"sha256": f"{number}", "item_number": 1, "treatment": "MRI"}
        put(block, determinations=[case], disputed_items=[item], letter_parses=[{"sha256": f"{number}"}])
    put(letter_files=[{"sha256": f"{number}", "block": f"CM16-00{number + 1}"} for number in (1, 2)])
    file = paths.tables("disputed_items", "CM16-002")
    store.write(store.open_parquet(file).drop("treatment").collect(), file)
    build(paths)
    assert ask(paths, "SELECT determination_id, treatment FROM imr.disputed_items") == [
        ("CM16-002", None),
        ("CM16-003", "MRI"),
    ]


def test_problems_of_files_lines_and_tables_are_one_list(paths: DataPaths, put: Put) -> None:
    put(
        letter_files=[{"sha256": "a"}, {"sha256": "b"}],
        file_problems=[
            {"sha256": "b", "position": 1, "stage": "files", "code": "duplicate_content", "excerpt": "1.pdf"},
            {"sha256": "b", "position": 2, "stage": "files", "code": "duplicate_content", "excerpt": "2.pdf"},
            {"sha256": "gone", "position": 1, "stage": "files", "code": "unreadable_file"},
        ],
        problems=[
            {"sha256": "a", "position": 1, "stage": "tables", "code": "no_items"},
            {"sha256": "b", "position": 1, "stage": "tables", "code": "header_missing", "page": 1},
            {"sha256": "b", "position": 2, "stage": "lines", "code": "unreadable_page"},
            {"sha256": "gone", "position": 1},
        ],
    )
    assert build(paths).problems == {"duplicate_content": 2, "header_missing": 1, "no_items": 1, "unreadable_page": 1}
    assert ask(paths, "SELECT sha256, position, stage, excerpt, page FROM imr.problems") == [
        ("a", 1, "tables", None, None),
        ("b", 1, "files", "1.pdf", None),
        ("b", 2, "files", "2.pdf", None),
        ("b", 3, "lines", None, None),
        ("b", 4, "tables", None, 1),
    ]


def test_a_letter_counts_in_the_block_that_it_is_in_now(paths: DataPaths, put: Put) -> None:
    """A renamed file moves to another block; what the old one has of it stays there until it is parsed anew."""
    old = {"sha256": "a", "determination_id": "sha256:a", "item_count": 1, "outcome": "upheld"}
    new = old | {"determination_id": FIRST, "case_number": FIRST}
    for block, row in (("unnumbered", old), ("CM16-002", new)):
        put(
            block,
            letter_reads=[{"sha256": "a"}],
            letter_parses=[{"sha256": "a"}],
            determinations=[row],
            disputed_items=[{"sha256": "a", "item_number": 1}],
            problems=[{"sha256": "a", "position": 1}],
        )
    put(letter_files=[{"sha256": "a", "case_number": FIRST}])
    report = build(paths)
    assert report.letters == {"loaded": 1}
    assert (report.rows["disputed_items"], report.rows["problems"]) == (1, 1)
    assert ask(paths, "SELECT determination_id FROM imr.determinations") == [(FIRST,)]


def test_rows_lie_in_the_order_of_the_key(paths: DataPaths, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse.build, "BLOCKS_AT_A_TIME", 2)
    cases = [f"CM{year}-{number:07}" for year in (17, 13, 15) for number in (20_002, 10_001, 20_001)]
    for block in {case[:8] for case in cases}:
        here = [case for case in cases if case.startswith(block)]
        put(
            block,
            determinations=[
                {"sha256": case[::-1], "determination_id": case, "item_count": 2, "outcome": "upheld"} for case in here
            ],
            disputed_items=[{"sha256": case[::-1], "item_number": number} for case in here for number in (2, 1)],
        )
    put(letter_files=[{"sha256": case[::-1], "case_number": case, "block": case[:8]} for case in cases])
    build(paths)
    rows = ask(paths, "SELECT determination_id, item_number FROM imr.disputed_items ORDER BY rowid")
    assert rows == [(case, number) for case in sorted(cases) for number in (1, 2)]
    assert ask(paths, "SELECT determination_id FROM imr.determinations ORDER BY rowid") == [(c,) for c in sorted(cases)]


def all_rows(paths: DataPaths) -> dict[str, list[tuple[object, ...]]]:
    """Columns and rows of every table but `build`, which says when it was built."""
    with attached(paths.warehouse, read_only=True) as connection:
        tables = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        names = {name for (name,) in tables} - {"imr.build"}
        found = {name: connection.execute(f"FROM {name} ORDER BY ALL") for name in sorted(names)}
        return {name: [tuple(c[0] for c in rows.description), *rows.fetchall()] for name, rows in found.items()}


@pytest.mark.parametrize(
    "folder", ["case_number=CM16-0213037", "year=2018/state=x", "it's [one] * of {these}; -- blocks"]
)
def test_a_folder_may_be_called_anything(
    built_once: DataPaths, tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch, two_letters: dict[str, Rows]
) -> None:
    odd = DataPaths.at(tmp_path / folder)
    write_rows(odd, **two_letters)
    monkeypatch.setattr("tempfile.tempdir", str(odd.root))
    build(odd)
    assert all_rows(odd) == all_rows(built_once)
    assert is_current(odd)
    write_rows(odd, diagnoses=[])
    assert build(odd).changed == 1
    write_rows(odd, diagnoses=two_letters["diagnoses"])
    assert build(odd).changed is not None
    assert all_rows(odd) == all_rows(built_once)


@pytest.mark.usefixtures("letters")
def test_every_table_and_column_says_what_it_holds(paths: DataPaths) -> None:
    build(paths)
    assert (
        ask(paths, "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal") == []
    )
    assert ask(paths, "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL AND NOT internal") == []


# What becomes of the file that is there


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory, two_letters: dict[str, list[Row]]) -> DataPaths:
    """The two letters and their warehouse, to be copied."""
    paths = DataPaths.at(tmp_path_factory.mktemp("built") / "data")
    write_rows(paths, **two_letters)
    build(paths)
    return paths


@pytest.fixture
def built(built_once: DataPaths, paths: DataPaths) -> DataPaths:
    shutil.copytree(built_once.root, paths.root, symlinks=True)
    return paths


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        pytest.param(
            {"problems": [{"sha256": "b", "position": 1, "code": "odd"}]},
            r"1 bad rows in problems_of_nothing, such as \('b', 1, 'odd'\)",
            id="a check",
        ),
        pytest.param(
            {"problems": [{"sha256": "b", "position": 1, "stage": "odd"}]},
            "CHECK constraint failed on table problems with expression .*stage",
            id="a code that there is not",
        ),
        pytest.param(
            {"letter_files": [{"sha256": "a"}, {"sha256": "b", "uri": None}]},
            "NOT NULL constraint failed: letter_files.uri",
            id="a value that must be there",
        ),
        pytest.param(
            {"letter_parses": [{"sha256": "a"}, {"sha256": "a"}]},
            "2 bad rows|bad rows in letter_files_share_a_key",
            id="a letter that stands twice",
        ),
    ],
)
def test_a_build_that_fails_leaves_the_old_warehouse(
    built: DataPaths, put: Put, tables: dict[str, list[dict[str, object]]], told: str
) -> None:
    before = built.warehouse_file.read_bytes()
    put(**tables)
    with pytest.raises(RunError, match=f"^The warehouse was not replaced: .*{told}") as raised:
        build(built)
    assert "\n" not in str(raised.value)
    assert built.warehouse_file.read_bytes() == before
    assert left_over(built) == []


def test_a_damaged_file_is_named(built: DataPaths) -> None:
    damaged = built.tables("item_drugs", "CM16-002")
    damaged.write_bytes(damaged.read_bytes()[:100])
    with pytest.raises(RunError, match=f"^The warehouse was not replaced: .*{damaged}"):
        build(built)
    assert ask(built, "SELECT count(*) FROM imr.determinations") == [(2,)]


def test_rows_that_do_not_come_over_are_noticed(built: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = warehouse.build.sql
    lossy = {"load/current_rows": "SELECT unnest([1, 2, 3]) WHERE len($source) > 0"}
    monkeypatch.setattr(warehouse.build, "sql", lambda name: lossy.get(name) or whole(name))
    with pytest.raises(RunError, match="2 rows came into determinations, its Parquet files have 3"):
        build(built, anew=True)


def test_what_a_killed_build_left_is_cleared_away(built: DataPaths) -> None:
    built.building.write_bytes(b"half a file")
    built.building.with_name(built.building.name + ".wal").write_bytes(b"half a log")
    spilled = built.building.with_name(built.building.name + ".tmp")
    spilled.mkdir()
    (spilled / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"rows")
    assert build(built).rows["determinations"] == 2
    assert left_over(built) == []


@pytest.mark.usefixtures("letters")
def test_a_file_that_is_no_warehouse_is_replaced(paths: DataPaths, tmp_path: Path) -> None:
    blocks = DataPaths.at(tmp_path / "block")  # as a lock is told by DuckDB's message, its letters stand in the path
    shutil.copytree(paths.root, blocks.root)
    blocks.warehouse.write_text("no database")
    build(blocks)
    assert ask(blocks, "SELECT count(*) FROM imr.determinations") == [(2,)]


# Other programs


class Program:
    """Another process that has the warehouse open, and answers one query at a time."""

    CODE = (
        "import duckdb, json, sys\n"
        "connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == 'reader')\n"
        "print(flush=True)\n"
        "for query in sys.stdin: print(json.dumps(connection.execute(query).fetchall()), flush=True)\n"
    )

    def __init__(self, paths: DataPaths, role: str) -> None:
        command = [sys.executable, "-c", self.CODE, str(paths.warehouse), role]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def ask(self, query: str) -> object:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(query + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


Started = Callable[[str], Program]


@pytest.fixture
def program(built: DataPaths) -> Iterator[Started]:
    running: list[Program] = []

    def run(role: str) -> Program:
        running.append(Program(built, role))
        return running[-1]

    yield run
    for each in running:
        each.kill()


def test_a_reader_goes_on_reading_the_old_warehouse(built: DataPaths, put: Put, program: Started) -> None:
    reader = program("reader")
    count = "SELECT count(*) FROM imr.determinations"
    assert reader.ask(count) == [[2]]
    put(determinations=[{"sha256": "b", "determination_id": SECOND}], disputed_items=[], item_drugs=[])
    put(item_body_parts=[], guideline_citations=[], reviewer_licenses=[], reviewer_specialties=[])
    put(diagnoses=[], diagnosis_body_parts=[])
    put(letter_parses=[{"sha256": "b"}])
    build(built)
    assert ask(built, count) == [(1,)]
    assert reader.ask(count) == [[2]]
    assert reader.ask("SELECT request FROM imr.disputed_items") == [["MRI of the knee"]]
    assert program("reader").ask(count) == [[1]]


def test_a_writer_keeps_its_warehouse(built: DataPaths, program: Started) -> None:
    before = built.warehouse_file.read_bytes()
    writer = program("writer")
    told = rf"imr\.duckdb is open for writing in another program \(PID {writer.process.pid}\): close it there and run"
    with pytest.raises(RunError, match=told):
        build(built)
    assert built.warehouse_file.read_bytes() == before
    assert left_over(built) == []
    writer.kill()
    assert build(built).rows["determinations"] == 2


def test_a_writer_that_comes_during_the_build_keeps_its_warehouse(
    built: DataPaths, program: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checks(*_: object) -> list[CheckResult]:
        program("writer")
        return []

    monkeypatch.setattr(warehouse.build, "run_checks", checks)
    with pytest.raises(RunError, match="open for writing in another program"):
        build(built)


def test_what_a_killed_program_wrote_does_not_come_into_the_new_warehouse(built: DataPaths, program: Started) -> None:
    writer = program("writer")
    writer.ask("CREATE TABLE imr.mine AS SELECT 1 AS number")
    assert fault(built) is None, "the build says who is writing"
    assert not is_current(built)
    writer.kill()
    assert left_over(built) == ["warehouse.duckdb.wal"]
    build(built)
    assert left_over(built) == []
    assert ask(built, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mine'") == [(0,)]


# Whether a build is due


def test_a_warehouse_that_is_not_there_is_not_current(paths: DataPaths) -> None:
    assert not is_current(paths)


def test_a_file_that_is_no_warehouse_is_not_current(built: DataPaths) -> None:
    built.warehouse_file.write_bytes(b"no database")
    assert not is_current(built)


def test_a_warehouse_without_the_tables_is_not_current(built: DataPaths) -> None:
    with attached(built.warehouse) as connection:
        connection.execute("DROP TABLE imr.build")
    assert not is_current(built)


def test_a_warehouse_stays_current_until_its_sources_change(built: DataPaths, put: Put) -> None:
    assert is_current(built)
    put(diagnoses=[{"sha256": "a", "position": 1, "diagnosis": "wrist sprain"}])
    assert not is_current(built)
    build(built)
    assert is_current(built)
    built.tables("item_drugs", "CM16-002").unlink()
    assert not is_current(built)


def test_a_new_block_is_a_change(built: DataPaths, put: Put) -> None:
    put("CM16-003", diagnoses=[])
    assert not is_current(built)


@pytest.mark.parametrize("version", ["__version__", "EXTRACTOR_VERSION", "PARSER_VERSION", "PROBLEM_CODES"])
def test_new_rules_are_a_change(built: DataPaths, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(warehouse.sources, version, "another")
    assert not is_current(built)
    assert build(built).changed is None


def test_a_moved_folder_stays_current(built: DataPaths) -> None:
    moved = DataPaths.at(built.root.with_name("moved"))
    built.root.rename(moved.root)
    assert is_current(moved)


# What became of the warehouse since it was published


def bytes_flipped(paths: DataPaths) -> None:
    data = bytearray(paths.warehouse_file.read_bytes())
    data[len(data) // 2] ^= 255
    paths.warehouse_file.write_bytes(data)


def truncated(paths: DataPaths) -> None:
    paths.warehouse_file.write_bytes(paths.warehouse_file.read_bytes()[: 1 << 20])


def emptied(paths: DataPaths) -> None:
    paths.warehouse_file.write_bytes(b"")


def replaced(paths: DataPaths) -> None:
    with duckdb.connect(str(other := paths.root / "other.duckdb")) as connection:
        connection.execute("CREATE TABLE sales (price INTEGER)")
    other.replace(paths.warehouse_file)


def table_dropped(paths: DataPaths) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("DROP TABLE imr.diagnoses")


def rows_changed(paths: DataPaths) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("UPDATE imr.disputed_items SET decision = 'overturned'")


def log_left(paths: DataPaths) -> None:
    program = (
        "import duckdb, os, sys; connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute('DELETE FROM imr.disputed_items')\n"
        "os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", program, str(paths.warehouse)], check=False)


def log_of_the_link_left(paths: DataPaths) -> None:
    """As the command line of DuckDB leaves it, which does not resolve links."""
    log_left(paths)
    paths.root.joinpath("warehouse.duckdb.wal").rename(paths.root / "imr.duckdb.wal")


def file_missing(paths: DataPaths) -> None:
    paths.warehouse_file.unlink()


def link_missing(paths: DataPaths) -> None:
    paths.warehouse.unlink()


def link_elsewhere(paths: DataPaths) -> None:
    replaced(other := DataPaths.at(paths.root / "other"))
    paths.warehouse.unlink()
    paths.warehouse.symlink_to(other.warehouse_file)


def link_replaced(paths: DataPaths) -> None:
    link_missing(paths)
    shutil.copy(paths.warehouse_file, paths.warehouse)


def memory_missing(paths: DataPaths) -> None:
    paths.built_from.unlink()


def memory_damaged(paths: DataPaths) -> None:
    paths.built_from.write_bytes(paths.built_from.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("accident", "told"),
    [
        (bytes_flipped, r"/warehouse.duckdb was changed since the last finished build"),
        (truncated, r"/warehouse.duckdb was changed since"),
        (emptied, r"/warehouse.duckdb was changed since"),
        (replaced, r"/warehouse.duckdb was changed since"),
        (table_dropped, r"/warehouse.duckdb was changed since"),
        (rows_changed, r"/warehouse.duckdb was changed since"),
        (log_left, r"/warehouse.duckdb.wal holds changes that another program left"),
        (log_of_the_link_left, r"/imr.duckdb.wal holds changes that another program left"),
        (file_missing, r"/warehouse.duckdb is missing"),
        (link_missing, r"/imr.duckdb does not lead to warehouse.duckdb"),
        (link_elsewhere, r"/imr.duckdb does not lead to warehouse.duckdb"),
        (link_replaced, r"/imr.duckdb does not lead to warehouse.duckdb"),
        (memory_missing, r"/built_from.parquet is missing"),
        (memory_damaged, r"/built_from.parquet is damaged"),
    ],
)
def test_what_happened_to_a_warehouse_is_said_and_it_is_built_again(
    built: DataPaths, built_once: DataPaths, accident: Callable[[DataPaths], None], told: str
) -> None:
    assert is_current(built)
    (built.root / "other").mkdir()
    accident(built)
    assert not is_current(built)
    assert re.fullmatch(rf"{built.root}{told}.*: the warehouse is built again\.", fault(built) or "")
    build(built)
    assert is_current(built)
    assert all_rows(built) == all_rows(built_once)
    assert left_over(built) == []


def test_damage_that_left_size_and_time_is_found_where_all_is_read(built: DataPaths, built_once: DataPaths) -> None:
    """DuckDB has blocks of 256 KB after 12 KB of headers; those that hold nothing may be damaged."""
    whole, stat = built.warehouse_file.read_bytes(), built.warehouse_file.stat()
    found = 0
    for start in range(12_288, len(whole), 262_144):
        damaged = bytearray(whole)
        damaged[start + 100_000] ^= 1
        built.warehouse_file.write_bytes(damaged)
        os.utime(built.warehouse_file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        told = fault(built, verify=True)
        if told is None:
            assert all_rows(built) == all_rows(built_once)
            continue
        found += 1
        assert told == f"{built.warehouse_file} is damaged or cannot be read: the warehouse is built again."
        shutil.copy(built_once.built_from, built.built_from)
    assert found > 10


def test_after_damage_that_was_not_seen_no_copy_is_trusted(built: DataPaths, built_once: DataPaths) -> None:
    stat = built.warehouse_file.stat()
    for file in (built.warehouse_file, built.spare_file):
        data = file.read_bytes()
        file.write_bytes(data[:20_000] + b"?" * (len(data) - 20_000))
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert fault(built, verify=True)
    assert build(built).changed is None
    assert all_rows(built) == all_rows(built_once)
    assert fault(built, verify=True) is None


def test_what_a_killed_program_wrote_to_the_standby_does_not_come_into_the_new_warehouse(built: DataPaths) -> None:
    standby = DataPaths.at(built.root / "standby")
    standby.root.mkdir()
    standby.warehouse.symlink_to(built.spare_file)
    log_left(standby)
    assert built.root.joinpath("warehouse.spare.duckdb.wal").exists()
    build(built)
    assert ask(built, "SELECT count(*) FROM imr.disputed_items") == [(1,)]


# What is taken over from the warehouse before


def test_only_what_changed_is_loaded(built: DataPaths, put: Put) -> None:
    assert build(built).changed == 0
    put(reviewer_licenses=[{"sha256": "a", "position": 1, "state": "Texas"}])
    assert build(built).changed == 1
    assert ask(built, "SELECT determination_id, state FROM imr.reviewer_licenses") == [(FIRST, "Texas")]
    assert build(built, anew=True).changed is None


def test_a_warehouse_that_somebody_wrote_to_is_not_taken_over(built: DataPaths) -> None:
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute("DELETE FROM imr.diagnoses")
    assert build(built).changed == 0, "the spare one is gone on from"
    assert ask(built, "SELECT count(*) FROM imr.diagnoses") == [(1,)]


def test_where_somebody_wrote_to_the_only_warehouse_all_is_loaded(built: DataPaths) -> None:
    built.spare_file.unlink()
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute("DELETE FROM imr.diagnoses")
    assert build(built).changed is None
    assert ask(built, "SELECT count(*) FROM imr.diagnoses") == [(1,)]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-1])])
def test_without_memory_of_its_sources_all_is_loaded(built: DataPaths, damage: Callable[[Path], object]) -> None:
    damage(built.built_from)
    damage(built.spare_built_from)
    assert build(built).changed is None
    assert build(built).changed == 0


def test_where_many_blocks_changed_all_is_loaded(built: DataPaths, put: Put) -> None:
    for number in range(3, 8):
        put(f"CM16-{number:03}", diagnoses=[])
    assert build(built).changed is None


def test_a_warehouse_of_which_all_was_loaded_leaves_a_copy_to_go_on_from(built: DataPaths, put: Put) -> None:
    copied = built.spare_file.stat().st_ino
    assert built.spare_file.read_bytes() == built.warehouse_file.read_bytes()
    put(reviewer_licenses=[{"sha256": "a", "position": 1, "state": "Texas"}])
    assert build(built).changed == 1
    assert built.warehouse_file.stat().st_ino == copied
    assert ask(built, "SELECT state FROM imr.reviewer_licenses") == [("Texas",)]


def test_a_disk_without_room_for_a_spare_warehouse_has_none(
    built: DataPaths, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying = Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
    with monkeypatch.context() as full:
        full.setattr(shutil, "copy2", copying)
        assert build(built, anew=True).changed is None
    assert copying.call_args.args == (built.warehouse_file, built.root / "warehouse.spare.duckdb.writing")
    assert not built.spare_file.exists()
    put(reviewer_licenses=[{"sha256": "a", "position": 1, "state": "Texas"}])
    assert build(built).changed == 1


def test_the_warehouse_before_the_last_is_gone_on_from(built: DataPaths, put: Put) -> None:
    put(reviewer_licenses=[{"sha256": "a", "position": 1, "state": "Texas"}])
    assert build(built).changed == 1
    before_last = built.spare_file.stat().st_ino
    assert build(built).changed == 1, "the spare one does not know of Texas yet"
    assert built.warehouse_file.stat().st_ino == before_last
    assert ask(built, "SELECT state FROM imr.reviewer_licenses") == [("Texas",)]


def test_a_spare_warehouse_that_is_being_read_is_left_alone(built: DataPaths, put: Put, program: Started) -> None:
    reader, state = program("reader"), "SELECT state FROM imr.reviewer_licenses"
    assert reader.ask(state) == [["California"]]
    put(reviewer_licenses=[{"sha256": "a", "position": 1, "state": "Texas"}])
    assert build(built).changed == 1
    assert build(built).changed == 0, "a copy of the last one, which knows of Texas"
    assert reader.ask(state) == [["California"]]
    assert ask(built, state) == [("Texas",)]


def test_a_spare_warehouse_that_is_the_last_one_is_not_written_to(built: DataPaths, put: Put) -> None:
    put(reviewer_licenses=[{"sha256": "a", "position": 1, "state": "Texas"}])
    built.spare_file.unlink()
    built.spare_file.hardlink_to(built.warehouse_file)
    store.write(store.read(built.built_from, store.LOOKS), built.spare_built_from)
    last, before = built.warehouse_file.stat().st_ino, built.warehouse_file.read_bytes()
    assert build(built).changed == 1
    assert built.warehouse_file.stat().st_ino != last
    assert built.spare_file.read_bytes() == before
