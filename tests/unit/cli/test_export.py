"""`imr-etl export` names the tables that take long, and no others."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from imr_etl.cli import cli


def test_tables_that_take_long_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def export(_: Path, folder: Path, __: str, result: Callable[[str], None]) -> list[Path]:
        result("main.short")
        result("main.long")
        time.sleep(0.4)
        result("main.last")
        return [folder / "datapackage.json", folder / "a", folder / "b"]

    monkeypatch.setattr("warehouse.query.export.export", export)
    # `imr_etl.cli.export` as an attribute is the command.
    monkeypatch.setattr(sys.modules["imr_etl.cli.export"], "SECONDS_IN_SILENCE", 0.1)
    done = CliRunner().invoke(cli, ["export", str(tmp_path / "out")])
    assert done.output == f"writing main.long\n2 tables written to {tmp_path / 'out'}, described in datapackage.json\n"
