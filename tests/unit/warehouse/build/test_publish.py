"""Publishing: what a build does to the file that is there, and to whoever has it open."""

import contextlib
import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from made_up_rows import made_up_letters, rows_of
from parquet_rows import write_rows
from power_cuts import PowerCutError, power_cut

import warehouse.build.build
import warehouse.build.inputs
from imr_etl.errors import RunError
from imr_etl.storage.locks import Wait
from imr_etl.storage.paths import DataPaths
from warehouse import attached
from warehouse.build.build import build
from warehouse.build.inputs import fault, is_current, search_index
from warehouse.build.publish import publish
from warehouse.build.search_index import ITEMS_A_LETTER

FIRST, SECOND = "CM16-0020001", "CM16-0020002"
STATE = "SELECT state FROM main.reviewer_licenses"
STATES = ("Texas", "Nevada", "Ohio")
COUNT = "SELECT count(*) FROM main.determinations"

Put = Callable[..., None]


@pytest.fixture(autouse=True)
def without_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute no mart that needs all letters and no answer: half of a small build, which publishing does not need."""
    for name in ("compute_from_all_letters", "store_answers"):
        monkeypatch.setattr(warehouse.build.build, name, lambda _: None)


def ask(paths: DataPaths, query: str) -> list[tuple[object, ...]]:
    with attached(paths.warehouse, read_only=True) as connection:
        return connection.execute(query).fetchall()


def left_over(paths: DataPaths) -> list[str]:
    """Name what lies beside the warehouse and its standby that a build might have left."""
    return sorted(path.name for path in paths.root.glob("*") if "building" in path.name or path.suffix == ".wal")


def indexed(paths: DataPaths) -> list[str]:
    """Find the states whose fever the published search index has; no other index but the standby's lies beside it."""
    own = search_index(paths.warehouse)
    assert own is not None
    with contextlib.closing(sqlite3.connect(f"{own.as_uri()}?immutable=1", uri=True)) as index:
        rows = [
            index.execute(
                "SELECT count(*) FROM letter_texts WHERE letter_texts MATCH ?", (f"{state} fever",)
            ).fetchone()
            for state in STATES
        ]
        assert index.execute("SELECT count(*) FROM letters").fetchone() == (2,)
        assert index.execute("SELECT count(*) FROM item_texts_docsize").fetchone() == (1,)
    return [state for state, (count,) in zip(STATES, rows, strict=True) if count]


def indexes(paths: DataPaths) -> set[Path]:
    return set(paths.root.glob("search-*"))


def named_indexes(paths: DataPaths) -> set[Path]:
    return {index for file in (paths.warehouse, paths.standby) if (index := search_index(file))}


@pytest.fixture
def move(put: Put) -> Callable[[str], None]:
    """Let the reviewer of the first letter be licensed in another state, and its patient have that state's fever."""

    def run(state: str) -> None:
        put(
            reviewer_licenses=[{"sha256": "a", "position": 1, "state": state}],
            diagnoses=[{"sha256": "a", "position": 1, "diagnosis": f"{state} fever"}],
        )

    return run


Move = Callable[[str], None]


# A build that fails


@pytest.mark.parametrize(
    ("tables", "message"),
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
            {"letter_parses": [{"sha256": key, "parser_version": version} for key, version in ("a2", "a3", "b1")]},
            "bad rows in letter_files_share_a_key",
            id="a letter that stands twice",
        ),
    ],
)
def test_a_build_that_fails_leaves_the_old_warehouse(
    built: DataPaths, put: Put, tables: dict[str, list[dict[str, object]]], message: str
) -> None:
    before = built.warehouse.read_bytes()
    put(**tables)
    with pytest.raises(RunError, match=f"^The warehouse was not replaced: .*{message}") as raised:
        build(built)
    assert "\n" not in str(raised.value)
    assert built.warehouse.read_bytes() == before
    assert left_over(built) == []


@pytest.mark.parametrize("spoil", [lambda data: data[:100], lambda data: data[:200] + b"?" + data[201:]])
def test_a_damaged_file_is_named(built: DataPaths, move: Move, spoil: Callable[[bytes], bytes]) -> None:
    """Also one that DuckDB would read without a word."""
    move("Texas")
    damaged = built.tables("reviewer_licenses", "CM16-002")
    damaged.write_bytes(spoil(damaged.read_bytes()))
    with pytest.raises(RunError, match=f"^{damaged} is damaged: `imr-etl run --rehash` repairs it"):
        build(built)
    assert ask(built, STATE) == [("California",)]


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
    blocks = DataPaths.at(tmp_path / "lock")  # a word of DuckDB's message about locks, which names the path too
    shutil.copytree(paths.root, blocks.root)
    blocks.warehouse.write_text("no database")
    build(blocks)
    assert ask(blocks, COUNT) == [(2,)]
    assert not blocks.standby.exists()


def test_half_a_warehouse_does_not_take_the_place_of_a_whole_one(made_up: DataPaths, paths: DataPaths) -> None:
    shutil.copytree(made_up.root, paths.root)
    letters = made_up_letters()
    write_rows(paths, **rows_of(letters[:-10]))
    assert build(paths).letters == {"loaded": 110}
    write_rows(paths, **rows_of(letters[40:]))
    message = r"40 bad rows in letters_vanished, such as .*; to publish it without them, move imr.duckdb away and run"
    with pytest.raises(RunError, match=message):
        build(paths)
    assert ask(paths, COUNT) == [(110,)]
    paths.warehouse.rename(paths.root / "old.duckdb")
    assert build(paths).letters == {"loaded": 80}


# A build that is killed


@pytest.mark.parametrize("has_hard_links", [True, False])
def test_a_kill_at_any_step_leaves_the_old_file_or_the_new_one(
    built: DataPaths, move: Move, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_hard_links: bool
) -> None:
    if not has_hard_links:
        forbid_hard_links(monkeypatch)
    move("Nevada")
    build(built)
    move("Texas")
    ready, stamps = DataPaths.at(tmp_path / "ready"), []

    def keep(paths: DataPaths, stamp: int, _: Wait) -> None:
        shutil.copytree(paths.root, ready.root)
        stamps.append(stamp)

    with monkeypatch.context() as unpublished:
        unpublished.setattr(warehouse.build.build, "publish", keep)
        build(built)
    old, new = ready.warehouse.read_bytes(), ready.building.read_bytes()
    outcomes, seen = [], set()
    for step in range(1, 30):
        paths = DataPaths.at(shutil.copytree(ready.root, tmp_path / str(step)))
        with power_cut(step) as steps, contextlib.suppress(PowerCutError):
            publish(paths, stamps[0])
        content = paths.warehouse.read_bytes()
        assert content in (old, new)
        outcomes.append(content == new)
        assert indexed(paths) == ["Texas" if outcomes[-1] else "Nevada"]
        names = (paths.warehouse, paths.standby, paths.building)
        state = (outcomes[-1], *(path.exists() and path.stat().st_nlink for path in names))
        if state not in seen:
            assert is_current(paths) == outcomes[-1]
            assert build(paths).changed in (0, 1), "there is a file to go on from"
            assert ask(paths, STATE) == [("Texas",)]
            assert left_over(paths) == []
            assert indexed(paths) == ["Texas"]
            assert indexes(paths) == named_indexes(paths)
            seen.add(state)
        if steps.count < step:
            break
    assert outcomes == sorted(outcomes), "once it is published, it stays so"
    assert outcomes.count(False) > 2
    assert outcomes.count(True) > 0
    assert len(seen) == (3 if has_hard_links else 2)


def test_a_kill_at_any_step_of_a_build_leaves_warehouse_and_index_in_step(
    built: DataPaths, move: Move, tmp_path: Path
) -> None:
    """The first steps, and some of the others, which a test of `publish` goes through."""
    move("Nevada")
    build(built)
    move("Texas")
    outcomes = []
    for step in (1, 2, 3, 4, 8, 16, 32, 64):
        paths = DataPaths.at(shutil.copytree(built.root, tmp_path / str(step)))
        with power_cut(step) as steps, contextlib.suppress(PowerCutError):
            build(paths)
        states = ask(paths, STATE)
        outcomes.append(states == [("Texas",)])
        assert states == [(state,) for state in indexed(paths)]
        assert is_current(paths) == outcomes[-1]
        if steps.count < step:
            break
    assert outcomes == sorted(outcomes)
    assert True in outcomes
    assert outcomes.count(False) >= 4
    assert indexes(paths) == named_indexes(paths)


def test_a_build_that_was_killed_while_it_wrote_leaves_no_index(built: DataPaths, move: Move) -> None:
    move("Texas")
    build(built)
    built.standby.replace(built.building)
    assert len(indexes(built)) == 2
    build(built)
    assert indexes(built) == named_indexes(built)


def test_an_index_that_is_missing_or_was_changed_is_built_again(built: DataPaths, move: Move) -> None:
    move("Texas")
    build(built)
    for spoil, what in ((Path.unlink, "is missing"), (Path.touch, "was changed since the last finished build")):
        index = search_index(built.warehouse)
        assert index is not None
        spoil(index)
        assert fault(built) == f"{index} {what}: the warehouse is built again."
        build(built)
        assert is_current(built)
        assert indexed(built) == ["Texas"]


def test_damage_of_the_index_that_left_its_time_is_found_where_all_is_read(built: DataPaths) -> None:
    index = search_index(built.warehouse)
    assert index is not None
    stat, data = index.stat(), index.read_bytes()
    index.write_bytes(data[:4096] + b"?" * (len(data) - 4096))
    os.utime(index, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert fault(built) is None
    assert fault(built, verify=True) == f"{index} is damaged or cannot be read: the warehouse is built again."


def test_replaced_blocks_leave_the_index_of_a_full_build(made_up: DataPaths, paths: DataPaths) -> None:
    """What each word finds, whether its letters came at once or were replaced."""
    shutil.copytree(made_up.root, paths.root)
    letters = made_up_letters()
    for some in (letters[:-5], letters[3:], letters):
        write_rows(paths, **rows_of(some))
        build(paths)
    assert found_by_word(paths.warehouse) == found_by_word(made_up.warehouse)


def test_letters_that_stay_keep_their_rows_in_the_index(made_up: DataPaths, paths: DataPaths) -> None:
    shutil.copytree(made_up.root, paths.root)
    before = numbers(paths.warehouse)
    write_rows(paths, **rows_of(made_up_letters()[:-1]))
    build(paths)
    after = numbers(paths.warehouse)
    assert after
    assert after.items() < before.items()


def numbers(warehouse: Path) -> dict[str, int]:
    """Read the number of each letter in the search index, by which the rows of its texts are numbered."""
    own = search_index(warehouse)
    assert own is not None
    with contextlib.closing(sqlite3.connect(own)) as index:
        return dict(index.execute("SELECT determination_id, letter FROM letters"))


def found_by_word(warehouse: Path) -> set[tuple[object, ...]]:
    own = search_index(warehouse)
    assert own is not None
    found = set()
    with contextlib.closing(sqlite3.connect(own)) as index:
        for table in ("item_texts", "letter_texts"):
            index.execute(f"CREATE VIRTUAL TABLE temp.{table}_words USING fts5vocab(main, {table}, instance)")
            found |= set(
                index.execute(
                    f"SELECT term, determination_id, doc % {ITEMS_A_LETTER}, col, offset FROM temp.{table}_words"
                    f" JOIN letters ON letter = doc / {ITEMS_A_LETTER}"
                )
            )
    assert len(found) > 1000
    return found


def forbid_hard_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)


def test_without_hard_links_the_published_file_is_copied(
    built: DataPaths, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_hard_links(monkeypatch)
    for state in ("Texas", "Nevada"):
        move(state)
        assert build(built).changed == 1
        assert ask(built, STATE) == [(state,)]
        assert not built.standby.exists()


# Other programs


class Program:
    """Another process that has a file open, and answers one query at a time."""

    CODE = (
        "import duckdb, json, sys\n"
        "connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == 'reader')\n"
        "print(flush=True)\n"
        "for query in sys.stdin: print(json.dumps(connection.execute(query).fetchall()), flush=True)\n"
    )

    def __init__(self, file: Path, role: str) -> None:
        command = [sys.executable, "-c", self.CODE, str(file), role]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.has_opened = self.process.stdout.readline() == "\n"

    def ask(self, query: str) -> object:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(query + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


Started = Callable[..., Program]


@pytest.fixture
def program(built: DataPaths) -> Iterator[Started]:
    running: list[Program] = []

    def run(role: str, file: Path = built.warehouse) -> Program:
        running.append(Program(file, role))
        return running[-1]

    yield run
    for each in running:
        each.kill()


def test_a_reader_goes_on_reading_the_old_warehouse(built: DataPaths, move: Move, program: Started) -> None:
    reader = program("reader")
    assert reader.ask(STATE) == [["California"]]
    for state in ("Texas", "Nevada", "Ohio"):
        move(state)
        assert build(built).changed == 1
        assert ask(built, STATE) == [(state,)]
        assert reader.ask(STATE) == [["California"]]
        assert program("reader").ask(STATE) == [[state]]


def test_a_writer_keeps_its_warehouse(built: DataPaths, program: Started) -> None:
    before = built.warehouse.read_bytes()
    writer = program("writer")
    message = rf"imr\.duckdb is open for writing in another program \(PID {writer.process.pid}\): close it there"
    with pytest.raises(RunError, match=message):
        build(built)
    assert built.warehouse.read_bytes() == before
    assert left_over(built) == []
    writer.kill()
    assert build(built).rows["determinations"] == 2


def test_a_writer_that_comes_during_the_build_keeps_its_warehouse(
    built: DataPaths, program: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse.build.build, "compute_from_all_letters", lambda _: program("writer"))
    with pytest.raises(RunError, match="open for writing in another program"):
        build(built)


def test_a_writer_cannot_come_while_the_file_is_published(
    built: DataPaths, program: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []
    replace = Path.replace

    def watched(path: Path, target: Path) -> Path:
        if target == built.warehouse:
            assert not program("writer").has_opened
            refused.append(path.name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    build(built)
    assert refused == ["imr.duckdb.building"]


def test_what_a_killed_program_wrote_does_not_come_into_the_new_warehouse(built: DataPaths, program: Started) -> None:
    writer = program("writer")
    writer.ask("CREATE TABLE main.mine AS SELECT 1 AS number")
    assert fault(built) is None, "the build says who is writing"
    assert not is_current(built)
    writer.kill()
    assert left_over(built) == ["imr.duckdb.wal"]
    assert not is_current(built)
    build(built)
    assert left_over(built) == []
    assert ask(built, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mine'") == [(0,)]
    assert not built.standby.exists(), "what somebody wrote to is nothing to go on from"


# Whether a build is needed


def test_a_warehouse_that_is_not_there_is_not_current(paths: DataPaths) -> None:
    assert not is_current(paths)


def test_a_file_that_is_no_warehouse_is_not_current(built: DataPaths) -> None:
    built.warehouse.write_bytes(b"no database")
    assert not is_current(built)


def test_a_warehouse_stays_current_until_its_inputs_change(built: DataPaths, put: Put) -> None:
    assert is_current(built)
    put(diagnoses=[{"sha256": "a", "position": 1, "diagnosis": "wrist sprain"}])
    assert not is_current(built)
    build(built)
    assert is_current(built)
    built.tables("item_drugs", "CM16-002").unlink()
    assert not is_current(built)


def test_the_same_rows_written_again_are_no_change(built: DataPaths, put: Put) -> None:
    put(diagnoses=[{"sha256": "a", "position": 1}])
    assert is_current(built)


def test_a_new_block_is_a_change(built: DataPaths, put: Put) -> None:
    put("CM16-003", diagnoses=[])
    assert not is_current(built)


@pytest.mark.parametrize(
    ("version", "value"),
    [
        ("__version__", "another"),
        ("EXTRACTOR_VERSION", "another"),
        ("parser_version", lambda: "another"),
        ("PROBLEM_CODES", {}),
    ],
)
def test_new_rules_are_a_change(built: DataPaths, monkeypatch: pytest.MonkeyPatch, version: str, value: object) -> None:
    monkeypatch.setattr(warehouse.build.inputs, version, value)
    assert not is_current(built)
    assert build(built).changed is None
    assert not built.standby.exists(), "no later build goes on from a warehouse by older rules"


def test_a_moved_folder_stays_current(built: DataPaths) -> None:
    moved = DataPaths.at(built.root.with_name("moved"))
    built.root.rename(moved.root)
    assert is_current(moved)


# What became of the warehouse since it was published


def bytes_flipped(paths: DataPaths) -> None:
    data = bytearray(paths.warehouse.read_bytes())
    data[-4] ^= 255
    paths.warehouse.write_bytes(data)


def truncated(paths: DataPaths) -> None:
    paths.warehouse.write_bytes(paths.warehouse.read_bytes()[: 1 << 20])


def emptied(paths: DataPaths) -> None:
    paths.warehouse.write_bytes(b"")


def replaced(paths: DataPaths) -> None:
    with duckdb.connect(str(other := paths.root / "other.duckdb")) as connection:
        connection.execute("CREATE TABLE sales (price INTEGER)")
    other.replace(paths.warehouse)


def table_dropped(paths: DataPaths) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("DROP TABLE diagnoses")


def rows_changed(paths: DataPaths) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("UPDATE disputed_items SET decision = 'overturned'")


def log_left(paths: DataPaths) -> None:
    write_and_die(paths.warehouse)


def write_and_die(file: Path) -> None:
    """Let another program write to a warehouse and be killed before DuckDB takes it into the file."""
    program = (
        "import duckdb, os, sys; connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute('DELETE FROM disputed_items')\n"
        "os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", program, str(file)], check=False)


def link_elsewhere(paths: DataPaths) -> None:
    """Somebody keeps the file on another disk."""
    paths.warehouse.rename(paths.root.with_name("elsewhere.duckdb"))
    paths.warehouse.symlink_to(paths.root.with_name("elsewhere.duckdb"))


@pytest.mark.parametrize(
    ("accident", "message"),
    [
        (bytes_flipped, "imr.duckdb (is damaged or cannot be read|was changed since the last finished build)"),
        (truncated, "imr.duckdb is damaged or cannot be read"),
        (emptied, "imr.duckdb is damaged or cannot be read"),
        (replaced, "imr.duckdb holds another database"),
        (table_dropped, "imr.duckdb was changed since the last finished build"),
        (rows_changed, "imr.duckdb was changed since the last finished build"),
        (log_left, "imr.duckdb.wal holds changes that another program left"),
    ],
)
def test_what_happened_to_a_warehouse_is_said_and_it_is_built_again(
    built: DataPaths, accident: Callable[[DataPaths], None], message: str
) -> None:
    assert is_current(built)
    assert fault(built) is None
    accident(built)
    assert not is_current(built)
    sentence = rf"{re.escape(str(built.root))}/{message}: the warehouse is built again\."
    assert re.fullmatch(sentence, str(fault(built)))
    build(built)
    assert is_current(built)
    assert ask(built, "SELECT decision FROM main.disputed_items") == [("upheld",)]
    assert left_over(built) == []


def test_a_warehouse_that_is_missing_is_built_again(built: DataPaths, move: Move) -> None:
    move("Texas")
    build(built)
    built.warehouse.unlink()
    assert fault(built) == f"{built.warehouse} is missing: the warehouse is built again."
    assert build(built).changed == 1, "the standby is gone on from"
    assert ask(built, STATE) == [("Texas",)]


def test_a_link_to_the_file_is_replaced_by_a_file(built: DataPaths) -> None:
    link_elsewhere(built)
    assert is_current(built)
    build(built)
    assert not built.warehouse.is_symlink()
    assert is_current(built)


def test_damage_that_left_the_time_is_found_where_all_is_read(built: DataPaths) -> None:
    """DuckDB has blocks of 256 KB after 12 KB of headers; those that hold nothing may be damaged."""
    whole, stat = built.warehouse.read_bytes(), built.warehouse.stat()
    found = 0
    for start in range(12_288, len(whole), 262_144):
        damaged = bytearray(whole)
        damaged[start + 100_000] ^= 1
        built.warehouse.write_bytes(damaged)
        os.utime(built.warehouse, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        if message := fault(built, verify=True):
            found += 1
            assert message == f"{built.warehouse} is damaged or cannot be read: the warehouse is built again."
    assert found > 3


def test_after_damage_that_was_not_seen_no_copy_is_gone_on_from(built: DataPaths, move: Move) -> None:
    move("Texas")
    build(built)
    for file in (built.warehouse, built.standby):
        stat, data = file.stat(), file.read_bytes()
        file.write_bytes(data[:300_000] + b"?" * (len(data) - 300_000))
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert fault(built, verify=True)
    assert build(built).changed is None
    assert ask(built, STATE) == [("Texas",)]
    assert fault(built, verify=True) is None


def test_what_a_killed_program_wrote_to_the_standby_does_not_come_into_the_new_warehouse(
    built: DataPaths, move: Move
) -> None:
    move("Texas")
    build(built)
    write_and_die(built.standby)
    assert built.root.joinpath("imr.duckdb.standby.wal").exists()
    build(built)
    assert ask(built, "SELECT count(*) FROM main.disputed_items") == [(1,)]
    assert left_over(built) == []


# What a build goes on from


def test_only_the_letters_that_changed_are_loaded(built: DataPaths, move: Move) -> None:
    assert build(built).changed == 0
    move("Texas")
    assert build(built).changed == 1
    assert ask(built, "SELECT determination_id, state FROM main.reviewer_licenses") == [(FIRST, "Texas")]
    assert build(built, full=True).changed is None


def test_the_warehouse_before_the_last_is_gone_on_from(built: DataPaths, move: Move) -> None:
    assert not built.standby.exists()
    first = built.warehouse.stat().st_ino
    move("Texas")
    build(built)
    assert built.standby.stat().st_ino == first
    move("Nevada")
    build(built)
    assert built.warehouse.stat().st_ino == first, "nothing was copied"
    assert ask(built, STATE) == [("Nevada",)]


def test_a_warehouse_that_somebody_wrote_to_is_not_gone_on_from(built: DataPaths, move: Move) -> None:
    move("Texas")
    build(built)
    for base in ("standby", None):
        with duckdb.connect(str(built.warehouse)) as connection:
            connection.execute("DELETE FROM main.diagnoses")
        assert not is_current(built)
        if base is None:
            built.standby.unlink(missing_ok=True)
        assert build(built).changed == (None if base is None else 1)
        assert ask(built, "SELECT count(*) FROM main.diagnoses") == [(1,)]
        assert is_current(built)


@pytest.mark.parametrize(
    ("copy", "changed"),
    [pytest.param(shutil.copy2, 1, id="with its time"), pytest.param(shutil.copy, None, id="without")],
)
def test_a_backup_that_is_put_back_is_brought_up_to_date(
    built: DataPaths, move: Move, tmp_path: Path, copy: Callable[[Path, Path], object], changed: int | None
) -> None:
    index = search_index(built.warehouse)
    assert index is not None
    backup = tmp_path / "backup"
    backup.mkdir()
    for file in (built.warehouse, index):
        copy(file, backup / file.name)
    for state in ("Texas", "Nevada"):
        move(state)
        build(built)
    built.standby.unlink()
    for file in (built.warehouse, index):
        copy(backup / file.name, file)
    assert not is_current(built)
    assert build(built).changed == changed
    assert ask(built, STATE) == [("Nevada",)]


def test_a_backup_of_the_whole_folder_is_current(built: DataPaths, tmp_path: Path) -> None:
    subprocess.run(["tar", "-C", built.root, "-cf", tmp_path / "backup.tar", "."], check=True)
    restored = DataPaths.at(tmp_path / "restored")
    restored.root.mkdir()
    subprocess.run(["tar", "-C", restored.root, "-xf", tmp_path / "backup.tar"], check=True)
    assert is_current(restored)


def test_where_many_blocks_changed_all_is_loaded(built: DataPaths, put: Put) -> None:
    for number in range(3, 8):
        put(f"CM16-{number:03}", diagnoses=[])
    assert build(built).changed is None


def test_a_standby_that_is_being_read_is_left_alone(built: DataPaths, move: Move, program: Started) -> None:
    reader = program("reader")
    move("Texas")
    build(built)
    move("Nevada")
    assert build(built).changed == 1
    assert reader.ask(STATE) == [["California"]]
    assert ask(built, STATE) == [("Nevada",)]


def test_a_standby_that_is_the_published_file_is_not_written_to(built: DataPaths, move: Move, program: Started) -> None:
    """A build was killed between the two last steps; a reader has the file open by its other name."""
    built.standby.hardlink_to(built.warehouse)
    reader = program("reader", built.standby)
    published, before = built.warehouse.stat().st_ino, built.warehouse.read_bytes()
    move("Texas")
    assert build(built).changed == 1
    assert built.warehouse.stat().st_ino != published
    assert reader.ask(STATE) == [["California"]]
    assert built.standby.read_bytes() == before
