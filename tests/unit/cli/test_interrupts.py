import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from imr_etl.cli.interrupts import heard_interrupts


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM])
def swallowed(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that somebody else's handler takes note of."""
    before = signal.signal(request.param, lambda *_: None)
    yield request.param
    signal.signal(request.param, before)


def test_a_signal_that_another_handler_swallowed_is_heard_once(swallowed: signal.Signals) -> None:
    with heard_interrupts() as interrupts:
        interrupts.check()
        signal.raise_signal(swallowed)
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()
        interrupts.check()


def test_other_signals_are_no_request_to_stop() -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    with heard_interrupts() as interrupts:
        signal.raise_signal(signal.SIGUSR1)
        interrupts.check()
    signal.signal(signal.SIGUSR1, before)


def test_a_request_to_stop_within_a_query_is_no_fault() -> None:
    """DuckDB raises an error of its own from it."""
    program = (
        "import imr_etl.cli as cli, click, duckdb, os, signal, threading\n"
        "def ask():\n"
        "    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    duckdb.execute('SELECT count(*) FROM range(1_000_000_000) AS a, range(1_000_000) AS b').fetchall()\n"
        "cli.cli = click.Command('ask', callback=ask)\n"
        "cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (130, "Stopped; what was loaded stays. Run again to go on.\n")
