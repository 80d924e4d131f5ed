"""Folders and files of any name: they are read as any other, or refused in a sentence that names them."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from loading import load_tables
from make_letters import LETTERS as SAMPLES

from imr_etl.cli import cli
from imr_etl.errors import RunError
from imr_etl.storage.locks import writing
from imr_etl.storage.paths import DataPaths
from warehouse.build.build import build
from warehouse.query.case import find_case, tinted_page

CASE = "CM16-0020417"
NAMES = [
    b"a b",
    b"a%20b",
    b"a%b",
    b"a#b",
    b"a?b&c=d",
    b"it's",
    b'a"b',
    b"a\nb",
    b"a\\b",
    b"a[b]*",
    b"{a}$b",
    b"~a",
    b"-a",
    "Zoë 信".encode(),
    "a\u202eb".encode(),
    b"a\x1b[31mb",
    b"a\xffb",
]

MISREAD = [b"%20", b"?", b"\n", b"\\", b"[", b"*", b"\x1b", b"\xff", "\u202e".encode()]
"""What DuckDB or Dagster would take for something else in the path of a data folder."""


def below(folder: Path, name: bytes) -> Path:
    return folder / os.fsdecode(name)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
    """A warehouse of one letter, under many case numbers, each in a folder and a file of an odd name."""
    root = tmp_path_factory.mktemp("odd")
    text = (SAMPLES / f"{CASE}.pdf").read_bytes()
    for number, name in enumerate(NAMES):
        file = below(root / "letters", name + b"/CM17-%07d " % number + name + b".pdf")
        file.parent.mkdir(parents=True)
        # A PDF may end in white space: each copy is another content.
        file.write_bytes(text + b"\n" * number)
    paths = load_tables(root / "letters", root / "it's a warehouse")
    build(paths)
    return paths


def test_letters_of_any_name_are_loaded_and_shown(loaded: DataPaths, tmp_path: Path) -> None:
    with duckdb.connect(str(loaded.warehouse), read_only=True) as connection:
        cases = connection.execute("SELECT determination_id FROM main.determinations ORDER BY ALL").fetchall()
        codes = connection.execute("SELECT DISTINCT code FROM main.problems").fetchall()
    assert cases == [(f"CM17-{number:07}",) for number in range(len(NAMES))]
    assert codes == [("case_number_differs",)]
    for (case,) in cases:
        target = tmp_path / f"{case}.png"
        tinted_page(find_case(loaded, case), 1, target)
        assert target.read_bytes().startswith(b"\x89PNG")


def is_misread(name: bytes) -> bool:
    return any(mark in name for mark in MISREAD)


def test_a_data_folder_of_any_other_name_is_used(loaded: DataPaths, tmp_path: Path) -> None:
    """Folders of all names, each in the one before."""
    paths = DataPaths.at(below(tmp_path, b"/".join(name for name in NAMES if not is_misread(name))))
    with writing(paths):
        shutil.copytree(loaded.root, paths.root, dirs_exist_ok=True)
        assert build(paths, full=True).rows["determinations"] == len(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if is_misread(name)], ids=repr)
def test_a_data_folder_that_would_be_misread_is_refused(tmp_path: Path, name: bytes) -> None:
    paths = DataPaths.at(below(tmp_path, name))
    with pytest.raises(RunError, match="which DuckDB or Dagster take for something else: name another data folder"):
        writing(paths).__enter__()
    assert not paths.root.exists()


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (
            ["show", "CM17-0000001", "--pdf-page", "1", "--out", "none/a.png"],
            1,
            "none/a.png cannot be written (No such",
        ),
        (
            ["show", "CM17-0000001", "--pdf-page", "1", "--out", "file/a.png"],
            1,
            "file/a.png cannot be written (Not a d",
        ),
        (["show", "CM17-0000001", "--pdf-page", "1", "--out", "x" * 5000], 1, "cannot be written (File name too long)"),
        (["show", "CM17-0000001", "--pdf-page", str(10**30)], 1, "has 2 pages: name one of them."),
        (["show", "CM17-0000001", "--pdf-page", "0"], 2, "Invalid value for '--pdf-page'"),
        (["show", "\udcff"], 1, "What is asked for has bytes that are not UTF-8"),
        (["search", "\udcff"], 1, "has no word to search for"),
        (["ask", "sections-by-treatment", "--treatment", "\udcff"], 1, "There is no treatment \\udcff"),
        (["report", "--out", "file/a.html"], 1, "file/a.html cannot be written (Not a directory)"),
        (["export", "~nobody-of-this-name/a"], 2, "begins with a user who has no home"),
        (["export", ""], 2, "it is empty: name a folder."),
    ],
)
def test_an_odd_argument_is_one_sentence(
    loaded: DataPaths, imr_etl, tmp_path: Path, arguments: list[str], status: int, sentence: str
) -> None:
    (tmp_path / "file").touch()
    done = imr_etl(*arguments, "--data", loaded.root)
    assert done.returncode == status
    assert sentence in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ("", 2, "Invalid value for '--data': it is empty: name a folder."),
        ("~nobody-of-this-name/a", 2, "begins with a user who has no home"),
        ("x" * 5000, 1, "cannot be opened (File name too long): name another path."),
        ("a\nb", 1, r"a\nb yet: load letters"),
        ("a\udcffb", 1, r"a\udcffb yet: load letters"),
    ],
)
def test_an_odd_data_folder_is_one_sentence(imr_etl, data: str, status: int, sentence: str) -> None:
    done = imr_etl("status", "--data", data)
    assert done.returncode == status
    assert sentence in done.stderr.splitlines()[-1]


def test_every_command_refuses_an_empty_data_folder() -> None:
    for name in cli.commands:
        done: Result = CliRunner().invoke(cli, [name, "--data", ""])
        assert done.exit_code == 2
        assert "--data" in done.output
