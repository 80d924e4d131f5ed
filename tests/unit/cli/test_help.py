"""Every command says how it is used."""

import pytest
from click.testing import CliRunner

from imr_etl.cli import cli


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_the_help_of_a_command_has_an_example(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"], terminal_width=120).output
    assert f"imr-etl {command} " in result.partition("Example")[2]


def test_the_help_says_how_a_shell_completes() -> None:
    assert 'eval "$(_IMR_ETL_COMPLETE=bash_source imr-etl)"' in CliRunner().invoke(cli, ["--help"]).output
