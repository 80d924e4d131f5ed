"""What README and docs/ show: each query gives the answer below it, each command of `imr-etl` ends well."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/questions.md")
QUERY = re.compile(r"```sql\n([^`]+);\n```\n\n((?:\|.*\n)+)")
SHELL = re.compile(r"```sh\n(.+?)```", re.DOTALL)
NO_COMMAND = ("make ", "pip ", "export ")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def queries() -> Iterator[object]:
    for page in PAGES:
        for number, (query, answer) in enumerate(QUERY.findall(text(page)), 1):
            yield pytest.param(query, answer, id=f"{page} query {number}")


def commands() -> Iterator[object]:
    for page in PAGES:
        for block in SHELL.findall(text(page)):
            for line in filter(None, block.splitlines()):
                if not line.startswith(NO_COMMAND):
                    yield pytest.param(line, id=f"{page}: {line.partition('   #')[0].strip()}")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory whose folder `data` holds the sample letters, as after `make run`."""
    folder = tmp_path_factory.mktemp("sample")
    run = [sys.executable, "-m", "imr_etl", "run", "--letters", str(ROOT / "tests/fixtures/letters"), "--data", "data"]
    subprocess.run(run, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(("query", "answer"), queries())
def test_a_query_gives_the_answer_below_it(sample: Path, query: str, answer: str) -> None:
    with duckdb.connect(str(sample / "data" / "imr.duckdb"), read_only=True) as connection:
        result = connection.execute(query)
        head = [column[0] for column in result.description]
        rows = [["" if value is None else str(value) for value in row] for row in result.fetchall()]
    shown = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in answer.splitlines()]
    assert shown[0] == head
    assert shown[2:] == [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize("line", commands())
def test_a_command_ends_well(sample: Path, line: str) -> None:
    program = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": f"{program}:{os.environ['PATH']}"}
    ended = subprocess.run(
        shlex.split(line, comments=True), cwd=sample, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout


def test_there_is_something_to_try() -> None:
    assert len(list(queries())) > 4
    assert len(list(commands())) > 15
