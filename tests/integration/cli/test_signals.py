"""A signal stops a run whatever the main thread is doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import cast

import pytest

from automation.cli.session import Session
from automation.cli.signals import stopped_by_signals
from automation.engine.stop import Stop

TOOLKIT = Path(__file__).parents[3]


class OnlyStop:
    """A session as far as signals look at it."""

    def __init__(self) -> None:
        self.stop = Stop()


def a_session() -> Session:
    return cast(Session, OnlyStop())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_raises_the_flag_and_the_handlers_are_put_back(number: signal.Signals) -> None:
    session, before = a_session(), signal.getsignal(number)
    with stopped_by_signals(session):
        os.kill(os.getpid(), number)
        assert session.stop.is_set()
    assert signal.getsignal(number) is before


def test_the_flag_is_raised_although_the_main_thread_does_not_notice_the_signal() -> None:
    """It is blocked there, so that another thread gets it; the wait is not interrupted then, and no handler can run."""
    session = a_session()
    raised = threading.Lock()
    raised.acquire()
    with session.stop.calling(raised.release), stopped_by_signals(session):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            assert raised.acquire(timeout=10)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def test_other_signals_stop_nothing() -> None:
    session = a_session()
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        with stopped_by_signals(session):
            os.kill(os.getpid(), signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not session.stop.is_set()


def test_a_second_interrupt_ends_at_once() -> None:
    script = (
        "import os, signal, types\n"
        "from automation.cli.signals import stopped_by_signals\n"
        "from automation.engine.stop import Stop\n"
        "with stopped_by_signals(types.SimpleNamespace(stop=Stop())):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=TOOLKIT, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (130, b"")
