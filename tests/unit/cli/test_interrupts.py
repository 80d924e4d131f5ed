import signal
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
