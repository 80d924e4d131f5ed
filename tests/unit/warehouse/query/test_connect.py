"""Other things in the place of a warehouse, and what each command says of them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from imr_etl.cli import cli
from imr_etl.errors import RunError
from imr_etl.storage.paths import DataPaths
from warehouse.query.connect import reading

COMMANDS = [
    ["status"],
    ["show", "CM16-0020001"],
    ["ask", "coverage"],
    ["search", "knee"],
    ["report", "--out", "out.html"],
    ["export", "out"],
]


def nothing(_: Path) -> None:
    """No file."""


def folder(path: Path) -> None:
    path.mkdir()


def words(path: Path) -> None:
    path.write_text("no database, only words " * 1000)


def empty(path: Path) -> None:
    path.touch()


def other_database(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE sales (price INTEGER)")


def older(path: Path) -> None:
    """A warehouse of before there were marts and of fewer columns."""
    with duckdb.connect(str(path.with_name("older.duckdb"))) as connection:
        connection.execute("CREATE TABLE main.determinations (determination_id VARCHAR)")
        connection.execute("CREATE TABLE main.disputed_items (determination_id VARCHAR)")
    path.with_name("older.duckdb").rename(path)


@pytest.mark.parametrize(
    ("stands_there", "result"),
    [
        (nothing, "There is no warehouse in .* yet: load letters with"),
        (folder, "is a folder"),
        (words, "is no warehouse, or is damaged"),
        (empty, "is no warehouse, or is damaged"),
        (other_database, "lacks what is asked for"),
        (older, "lacks what is asked for"),
    ],
)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_is_no_warehouse_is_one_sentence(
    paths: DataPaths, stands_there: Callable[[Path], None], result: str, command: list[str], here: Path
) -> None:
    paths.root.mkdir()
    stands_there(paths.warehouse)
    error = CliRunner().invoke(cli, [*command, "--data", str(paths.root)]).exception
    assert isinstance(error, RunError), error
    with pytest.raises(RunError, match=result):
        raise error
    assert not list(here.iterdir())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with nothing in it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def copied(paths: DataPaths, made_up: DataPaths) -> Iterator[DataPaths]:
    """A copy of a warehouse, its search index and nothing else, in a folder that cannot be written."""
    paths.root.mkdir()
    shutil.copy(made_up.warehouse, paths.warehouse)
    for index in made_up.root.glob("search-*"):
        shutil.copy(index, paths.root)
    paths.warehouse.chmod(0o444)
    paths.root.chmod(0o555)
    yield paths
    paths.root.chmod(0o755)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_copy_that_cannot_be_written_is_read(copied: DataPaths, command: list[str], here: Path) -> None:
    result = CliRunner().invoke(cli, [*command, "--data", str(copied.root)])
    assert result.exit_code == 0, result.exception
    assert result.output
    assert sorted(path.suffix for path in copied.root.iterdir()) == [".duckdb", ".sqlite"]
    assert {path.name for path in here.iterdir()} == set(command) & {"out", "out.html"}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("here")
def test_a_warehouse_is_read_while_a_run_is_at_work(made_up: DataPaths, command: list[str]) -> None:
    with duckdb.connect(str(made_up.building)) as building:
        building.execute("CREATE TABLE half_built (letter INTEGER)")
        result = CliRunner().invoke(cli, [*command, "--data", str(made_up.root)])
    made_up.building.unlink()
    assert result.exit_code == 0, result.exception


def test_a_warehouse_that_another_program_writes_to(paths: DataPaths, made_up: DataPaths) -> None:
    paths.root.mkdir()
    shutil.copy(made_up.warehouse, paths.warehouse)
    program = f"import duckdb; c = duckdb.connect({str(paths.warehouse)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        error = CliRunner().invoke(cli, ["status", "--data", str(paths.root)]).exception
        writer.communicate("\n")
    with pytest.raises(RunError, match=rf"open for writing in another program \(PID {writer.pid}\)"):
        raise error or AssertionError


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_warehouse_that_may_not_be_read(paths: DataPaths, made_up: DataPaths) -> None:
    paths.root.mkdir()
    shutil.copy(made_up.warehouse, paths.warehouse)
    paths.warehouse.chmod(0)
    error = CliRunner().invoke(cli, ["status", "--data", str(paths.root)]).exception
    with pytest.raises(RunError, match="cannot be read: give this user the right"):
        raise error or AssertionError


def test_what_does_not_fit_in_memory_is_put_aside_and_removed(
    made_up: DataPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with reading(made_up.warehouse) as connection:
        connection.execute("SET memory_limit = '30MB'")
        connection.execute("CREATE TEMP TABLE much AS SELECT hash(range) AS number FROM range(6_000_000)")
        assert [path.name[:8] for path in tmp_path.iterdir()] == ["imr-etl-"]
    assert not list(tmp_path.iterdir())


def test_a_warehouse_damaged_in_its_middle(paths: DataPaths, made_up: DataPaths) -> None:
    paths.root.mkdir()
    whole = made_up.warehouse.read_bytes()
    paths.warehouse.write_bytes(whole[:12288] + b"\x5a" * (len(whole) - 12288))
    error = CliRunner().invoke(cli, ["status", "--data", str(paths.root)]).exception
    with pytest.raises(RunError, match="is no warehouse, or is damaged"):
        raise error or AssertionError
