"""Delivery, escalation and the drill's logic, with hand-written stand-ins for network and service."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.hal.detection.delivery import ATTEMPTS, deliver, queue
from automation.hal.detection.drill import Incident, Probe, drill, notice
from automation.hal.detection.drill_service import Behaviour
from automation.hal.detection.escalation import Notice, describe, notices
from automation.hal.detection.local_service import LocalService
from automation.hal.detection.receiver import Inbox
from automation.hal.detection.rules import Alert


def alert(rule: str, minute: float, severity: str = "high") -> Alert:
    return Alert(rule, "metric", severity, minute, 1.0, "summary")


@dataclass
class Line:
    """A transport that answers as told, then 204; it keeps what reached the other side."""

    answers: list[int | None]
    arrived: list[str] = field(default_factory=list)

    def send(self, body: dict[str, object]) -> int | None:
        answer = self.answers.pop(0) if self.answers else 204
        if answer is None or answer < 300:
            self.arrived.append(str(body["key"]))
        return answer


def test_the_queue_is_in_order_of_time_then_severity_and_holds_each_alert_once() -> None:
    late, low, high = alert("a", 9), alert("b", 3, "low"), alert("c", 3, "critical")
    found = queue([late, low, high, late, low])
    assert [(item.number, item.key) for item in found] == [(1, "c@3"), (2, "b@3"), (3, "a@9")]
    assert found[0].body()["severity"] == "critical"


def test_a_refused_alert_is_sent_again_before_the_next_one() -> None:
    line = Line([503, 204, 204])
    outcome = deliver(queue([alert("a", 1), alert("b", 2)]), line)
    assert outcome.confirmed == ("a@1", "b@2")
    assert (line.arrived, outcome.attempts) == (["a@1", "b@2"], 3)


def test_a_lost_answer_leads_to_a_second_delivery_under_the_same_key() -> None:
    line = Line([None])
    deliver(queue([alert("a", 1)]), line)
    assert line.arrived == ["a@1", "a@1"]


def test_after_giving_one_up_nothing_overtakes_it() -> None:
    line = Line([204, *[500] * ATTEMPTS])
    outcome = deliver(queue([alert("a", 1), alert("b", 2), alert("c", 3)]), line)
    assert (outcome.confirmed, outcome.given_up) == (("a@1",), ("b@2", "c@3"))
    assert line.arrived == ["a@1"]


@given(st.lists(st.sampled_from([204, 503, None]), max_size=3))
def test_whatever_the_line_does_the_receiver_keeps_each_alert_once_and_in_order(answers: Sequence[int | None]) -> None:
    line = Line(list(answers))
    outcome = deliver(queue([alert("a", 1), alert("b", 2)]), line)
    assert list(dict.fromkeys(line.arrived)) == ["a@1", "b@2"]
    assert outcome.given_up == ()


def test_an_inbox_keeps_the_first_of_each_key_and_notes_the_rest() -> None:
    inbox = Inbox({1: "refuse", 2: "forget"})
    assert [inbox.take("k") for _ in range(3)] == ["refuse", "forget", "accept"]
    assert (inbox.kept, inbox.repeated, inbox.requests) == (["k"], ["k"], 3)


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (None, "5:1 10:2 30:3 60:3 90:3"),
        (0, ""),
        (5, ""),
        (6, "5:1"),
        (11, "5:1 10:2"),
        (61, "5:1 10:2 30:3 60:3"),
        (500, "5:1 10:2 30:3 60:3 90:3"),
    ],
)
def test_tiers_are_told_by_time_until_the_incident_ends(ended: int | None, expected: str) -> None:
    assert describe(notices(100, ended)) == expected


def test_a_short_look_sees_the_first_tier_only() -> None:
    assert notices(7, None) == (Notice(5, 1),)


GOOD, DOWN, SLOW, ERROR = Probe(200, 0.01), Probe(None, 0.0), Probe(200, 0.9), Probe(500, 0.01)


@pytest.mark.parametrize(("probe", "complaint"), [(GOOD, ""), (DOWN, "down"), (SLOW, "slow"), (ERROR, "errors")])
def test_a_probe_says_what_is_wrong(probe: Probe, complaint: str) -> None:
    assert probe.complaint == complaint


@dataclass
class Patient:
    """A service that falls ill by each fault and, unless incurable, is well after a restart."""

    curable: bool = True
    immune: bool = False
    ill: Probe = GOOD
    restarts: int = 0

    def probe(self) -> Probe:
        return self.ill

    def plant(self, fault: str) -> None:
        self.ill = GOOD if self.immune else {"crash": DOWN, "slow": SLOW, "errors": ERROR}[fault]

    def restart(self) -> None:
        self.restarts += 1
        if self.curable:
            self.ill = GOOD


def test_each_fault_is_noticed_after_two_looks_and_healed_by_one_restart() -> None:
    patient = Patient()
    assert drill(patient) == [
        Incident("crash", False, "down", 2, True),
        Incident("slow", False, "slow", 2, True),
        Incident("errors", False, "errors", 2, True),
    ]
    assert patient.restarts == 3


def test_what_a_restart_does_not_heal_is_not_called_healed() -> None:
    first, second = drill(Patient(curable=False), ["slow", "errors"])
    assert (first.healed, second.healed) == (False, False)
    assert second.false_alarm


def test_a_fault_without_effect_is_not_noticed_and_nothing_is_restarted() -> None:
    patient = Patient(immune=True)
    assert drill(patient, ["slow"]) == [Incident("slow", False, "", 6, False)]
    assert patient.restarts == 0


def test_one_bad_look_is_no_incident() -> None:
    @dataclass
    class Hiccup(Patient):
        looks: int = 0

        def probe(self) -> Probe:
            self.looks += 1
            return SLOW if self.looks % 2 else GOOD

    assert notice(Hiccup(), 6) == ("", 6)


@pytest.mark.parametrize(
    ("path", "answer", "afterwards"),
    [
        ("/health", (200, 0.0), (200, 0.0)),
        ("/fault/errors", (202, 0.0), (500, 0.0)),
        ("/fault/slow", (202, 0.0), (200, 0.6)),
        ("/fault/crash", (0, 0.0), (200, 0.0)),
    ],
)
def test_the_service_behaves_as_told(path: str, answer: tuple[int, float], afterwards: tuple[int, float]) -> None:
    behaviour = Behaviour()
    assert behaviour.answer(path) == answer
    assert behaviour.answer("/health") == afterwards


class Program:
    """A program that prints one line and ends when told to, or only when killed."""

    def __init__(self, line: bytes, stubborn: bool = False) -> None:
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(line)
        self.pid, self.stubborn, self.told = 4711, stubborn, list[str]()
        self.stdin: IO[bytes] | None = None
        self.stdout: IO[bytes] | None = os.fdopen(reading, "rb")

    def terminate(self) -> None:
        self.told.append("terminate")

    def kill(self) -> None:
        self.told.append("kill")

    def wait(self, timeout: float | None = None) -> int:
        if self.stubborn and "kill" not in self.told:
            raise subprocess.TimeoutExpired("program", timeout or 0)
        return 0


def test_a_restart_ends_the_old_process_before_it_starts_the_new_one() -> None:
    programs = [Program(b"41\n"), Program(b"42\n")]
    started = iter(programs)
    with LocalService(launch=lambda _: next(started)) as service:
        assert service.port == 41
        service.restart()
        assert (service.port, programs[0].told, programs[1].told) == (42, ["terminate"], [])
    assert programs[1].told == ["terminate"]
    assert service.ended == [4711, 4711]


def test_a_program_that_ignores_the_polite_request_is_killed() -> None:
    program = Program(b"41\n", stubborn=True)
    with LocalService(launch=lambda _: program):
        pass
    assert program.told == ["terminate", "kill"]


def test_a_program_that_prints_no_port_is_ended_and_named() -> None:
    program = Program(b"")
    with pytest.raises(OSError, match="did not start within"), LocalService(launch=lambda _: program):
        pass
    assert program.told == ["terminate"]
