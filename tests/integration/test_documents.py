"""What README and docs/ show: each query gives the answer below it, each command succeeds or is listed as not run."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from imr_etl.cli import cli

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
QUERY = re.compile(r"```sql\n([^`]+);\n```\n\n((?:\|.*\n)+)")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"^    (\S.*)\n", re.MULTILINE)
INLINE = re.compile(r"`imr-etl ([a-z]+)([^`]*)`")
CRON = re.compile(r"^(?:[\d*]+ +){5}(?:imr +)?(?:umask 027; )?")
NOT_RUN = {
    "make ": "sets up an environment; tests/install and .ci/run do so",
    "python3 -m venv /opt": "tests/install",
    "/opt/imr-etl/bin/pip": "tests/install",
    "pip ": "tests/install",
    "useradd ": "changes the machine",
    "install ": "changes the machine",
    "systemctl ": "needs systemd",
    "cd /srv/imr/.dagster ": "needs a daemon",
    "export ": "sets variables",
    "dask ": "waits for other machines; test_engine has a cluster",
    "LETTERS=/srv/letters docker": "needs Docker; tests/install runs the steps",
    "imr-etl fetch ": "asks the state's search; test_fetch has a stand-in",
    "imr-etl run --letters s3": "needs a bucket; test_sources has a stand-in",
    "ingredient,drug_class": "rows of a table; test_added_words has such",
    "newdrug,": "rows of a table",
    "ibuprofen,": "rows of a table",
}
"""How the commands begin that are not run, each with the reason."""

PLACES = {"/opt/imr-etl/bin/": "", "/srv/letters": str(ROOT / "tests" / "fixtures" / "letters"), "/srv/imr": "data"}
"""What the commands of docs/operations.md name, and what stands for it here."""


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def queries() -> Iterator[object]:
    for page in PAGES:
        for number, (query, answer) in enumerate(QUERY.findall(text(page)), 1):
            yield pytest.param(query, answer, id=f"{page} query {number}")


def lines(page: str) -> Iterator[str]:
    for kind, block in FENCED.findall(text(page)):
        # A block without a language is one of cron, or a picture.
        yield from (line for line in block.splitlines() if kind == "sh" or (not kind and CRON.match(line)))
    yield from INDENTED.findall(FENCED.sub("", text(page)))


def commands() -> Iterator[object]:
    for page in PAGES:
        for line in lines(page):
            command = CRON.sub("", line)
            if line and not command.removeprefix("/opt/imr-etl/bin/").startswith((*NOT_RUN,)):
                for name, place in PLACES.items():
                    command = command.replace(name, place)
                yield pytest.param(command, id=f"{page}: {line.partition('   #')[0].strip()}")


def inline_commands() -> Iterator[object]:
    for page in PAGES:
        for name, options in INLINE.findall(text(page)):
            yield pytest.param(name, options, id=f"{page}: {name}{options}")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory whose folder `data` holds the sample letters, as after `make run`."""
    folder = tmp_path_factory.mktemp("sample")
    letters = ["--letters", str(ROOT / "tests/fixtures/letters")]
    done = CliRunner().invoke(cli, ["run", *letters, "--data", str(folder / "data")], catch_exceptions=False)
    assert done.exit_code == 0
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
def test_a_command_ends_well(sample: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample)
    program, *arguments = shlex.split(line, comments=True)
    if program == "imr-etl" and ">" not in line:
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == 0, done.output
        assert done.output
        return
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    ended = subprocess.run(["sh", "-c", line], cwd=sample, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout or ">" in line


@pytest.mark.parametrize(("name", "options"), inline_commands())
def test_a_command_in_a_sentence_has_options_that_there_are(name: str, options: str) -> None:
    known = {
        option for parameter in cli.commands[name].params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    used = set(re.findall(r"--[a-z-]+", options)) - {"--help"}
    assert used <= known


@pytest.mark.parametrize("page", PAGES)
def test_a_query_without_an_answer_runs(sample: Path, page: str) -> None:
    with duckdb.connect(str(sample / "data" / "imr.duckdb"), read_only=True) as connection:
        for kind, block in FENCED.findall(text(page)):
            if kind == "sql":
                assert connection.execute(block).fetchone()


def test_commands_that_are_not_run_are_there() -> None:
    shown = [CRON.sub("", line) for page in PAGES for line in lines(page)]
    assert [begin for begin in NOT_RUN if not any(line.startswith(begin) for line in shown)] == []


def test_there_is_something_to_try() -> None:
    assert len(list(queries())) > 4
    assert len(list(commands())) > 20
    assert len(list(inline_commands())) > 15
