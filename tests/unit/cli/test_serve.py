"""What `imr-etl serve` refuses, in one sentence."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from imr_etl.cli.serve import TOKEN, _listening, serve
from imr_etl.errors import RunError


def refusal(*arguments: str | Path) -> str:
    result = CliRunner().invoke(serve, [str(argument) for argument in arguments])
    assert isinstance(result.exception, RunError)
    return str(result.exception)


def test_there_is_no_warehouse_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    assert "There is no warehouse" in refusal("--data", tmp_path)


def test_another_address_needs_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    assert TOKEN in refusal("--data", tmp_path, "--host", "0.0.0.0")
    monkeypatch.setenv(TOKEN, "short")
    assert "16 characters" in refusal("--data", tmp_path)


def test_a_port_in_use_and_an_address_that_is_none_are_sentences() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(RunError, match="choose another by --host or --port"):
            _listening("127.0.0.1", taken.getsockname()[1])
    for host in ("no such host", "x" * 300, "203.0.113.1"):
        with pytest.raises(RunError, match="cannot be listened on"):
            _listening(host, 8017)
