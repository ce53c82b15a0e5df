"""The alert receiver and the drill's service on 127.0.0.1: real sockets, bounded waits."""

import io
import os
import sys

import pytest

from automation.hal.detection import drill_service
from automation.hal.detection.delivery import deliver, queue
from automation.hal.detection.drill_service import CRASH_STATUS, Behaviour, service
from automation.hal.detection.local_service import LocalService
from automation.hal.detection.receiver import Inbox, LocalPost, receiver
from automation.hal.detection.rules import Alert

ALERTS = [Alert("rule", "metric", "high", minute, 1.0, "summary") for minute in range(4)]


def test_alerts_arrive_once_and_in_order_over_a_faulty_connection() -> None:
    inbox = Inbox({1: "refuse", 3: "forget"})
    with receiver(inbox) as port:
        outcome = deliver(queue(ALERTS), LocalPost(port))
    assert inbox.kept == [f"rule@{minute}" for minute in range(4)] == list(outcome.confirmed)
    assert inbox.repeated == ["rule@1"]


def test_a_receiver_that_is_not_there_confirms_nothing() -> None:
    with receiver(Inbox()) as port:
        pass
    assert deliver(queue(ALERTS[:1]), LocalPost(port)).given_up == ("rule@0",)


def test_the_service_is_healthy_until_it_is_told_to_fail() -> None:
    with service(Behaviour(), lambda _: None) as port:
        probed = LocalService(port=port)
        assert probed.probe().complaint == ""
        probed.plant("errors")
        assert probed.probe().complaint == "errors"
    assert probed.probe().complaint == "down"


def test_a_crash_gives_no_answer_and_ends_the_process_with_its_status() -> None:
    left: list[int] = []
    with service(Behaviour(), left.append) as port:
        LocalService(port=port).plant("crash")
    assert left == [CRASH_STATUS]


def test_the_program_prints_its_port_and_ends_with_its_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    drill_service.main()
    assert LocalService(port=int(capsys.readouterr().out)).probe().complaint == "down"


def test_the_program_runs_as_a_process_of_its_own_and_is_gone_afterwards() -> None:
    with LocalService() as running:
        assert running.probe().status == 200
    with pytest.raises(ProcessLookupError):
        os.kill(running.ended[0], 0)
