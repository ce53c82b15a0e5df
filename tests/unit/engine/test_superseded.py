"""A journal of which a part was superseded: that part no longer counts, except for effects that did happen."""

from __future__ import annotations

import json

from automation.engine.codec import decode_event, encode_event
from automation.engine.events import (
    Answered,
    EffectFinished,
    EffectStarted,
    Event,
    Opened,
    Requested,
    RunStarted,
    TaskFinished,
    TaskStarted,
)
from automation.engine.state import State, fold

AT = "2026-03-04T09:00:00+00:00"


def opened(serial: int, *superseded: tuple[str, str]) -> Opened:
    return Opened(AT, f"j{serial}", serial, "o/r:p", "p", superseded=superseded)


RUN = RunStarted(AT, "r", "d", "auto", "auto", 1)
DECIDED: list[Event] = [
    opened(1),
    Requested(AT, "q", "skip", "a", "day-1"),
    Answered(AT, "q", "skip", "a", "day-1", granted=True, reason="by hand"),
]


def test_what_a_person_decided_stands() -> None:
    late: list[Event] = [opened(2, ("a", "day-1")), RUN, TaskStarted(AT, "a", "day-1", "d")]
    late += [TaskFinished(AT, "a", "day-1", "done"), TaskStarted(AT, "b", "day-1", "d")]
    state = fold([*DECIDED, *late])
    assert [state.slots[task]["day-1"].status for task in ("a", "b")] == ["skipped", "running"]


def test_an_effect_that_happened_is_remembered_so_that_it_is_not_made_again() -> None:
    late: list[Event] = [opened(2, ("a", "day-1")), RUN, TaskStarted(AT, "a", "day-1", "d")]
    late += [
        EffectStarted(AT, "a", "day-1", "post", "k", "h"),
        EffectFinished(AT, "a", "day-1", "post", "k", "h", True),
    ]
    slot = fold([*DECIDED, *late]).slots["a"]["day-1"]
    assert (slot.status, slot.effects["post"].ended, slot.effects["post"].key) == ("skipped", True, "k")


def test_the_next_journal_counts_again_in_full() -> None:
    late: list[Event] = [opened(2, ("a", "day-1")), RUN, opened(3), RUN, TaskStarted(AT, "a", "day-1", "d")]
    state: State = fold([*DECIDED, *late])
    assert state.slots["a"]["day-1"].status == "running"


def test_an_answer_that_was_given_already_only_closes_its_request() -> None:
    again = Answered(AT, "q2", "skip", "a", "day-1", granted=True)
    state = fold([*DECIDED, opened(2, ("a", "day-1")), Requested(AT, "q2", "skip", "a", "day-1"), again])
    assert state.requests == {}


def test_it_survives_the_journal() -> None:
    event = opened(2, ("a", "day-1"), ("b", "once"))
    assert decode_event(json.loads(encode_event(event))) == event
