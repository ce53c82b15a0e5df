"""Events and state survive being written as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.engine import events as e
from automation.engine.codec import Unreadable, decode_event, decode_state, encode_event, encode_state
from automation.engine.state import State
from tests.unit.engine.plans import AT, begun, ended

words = st.text(max_size=12)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
outputs = st.dictionaries(words, json_values, max_size=3)
names = st.lists(words, max_size=3).map(tuple)
sent = st.builds(e.Sent, words, words, json_values, words, st.booleans(), words)
statuses = st.sampled_from(["done", "mocked", "failed", "skipped"])
seconds = st.floats(0, 1e6)
any_event: st.SearchStrategy[e.Event] = st.one_of(
    st.builds(e.Opened, words, words, st.integers(0, 99), words, words),
    st.builds(e.RunStarted, words, words, words, st.just("auto"), st.just("mock"), st.integers(0, 40), names),
    st.builds(e.TaskStarted, words, words, words, words),
    st.builds(e.EffectStarted, words, words, words, words, words, words, words),
    st.builds(e.EffectFinished, words, words, words, words, words, words, st.booleans(), outputs, words),
    st.builds(e.StepRetried, words, words, words, words, st.integers(1, 9), seconds, words),
    st.builds(
        e.StepFinished,
        words,
        words,
        words,
        words,
        statuses,
        st.integers(0, 9),
        seconds,
        outputs,
        names,
        st.lists(sent, max_size=2).map(tuple),
        words,
    ),
    st.builds(
        e.GatesJudged,
        words,
        words,
        words,
        st.lists(st.builds(e.Verdict, words, words, st.just("passed"), json_values, words), max_size=2).map(tuple),
    ),
    st.builds(
        e.ProductsKept,
        words,
        words,
        words,
        st.lists(st.builds(e.Product, words, words, st.integers(0, 99)), max_size=2).map(tuple),
    ),
    st.builds(
        e.TaskFinished,
        words,
        words,
        words,
        st.just("mocked"),
        words,
        seconds,
        words,
        st.lists(names, max_size=2).map(tuple),
    ),
    st.builds(e.Requested, words, words, st.just("retry"), words, words, words, words, words),
    st.builds(e.Answered, words, words, st.just("retry"), words, words, st.booleans(), words, words),
    st.builds(e.RunFinished, words, words, st.just("completed"), seconds),
)


@given(any_event)
def test_an_event_comes_back_as_it_was(event: e.Event) -> None:
    assert decode_event(json.loads(encode_event(event))) == event


@given(any_event)
def test_an_event_is_written_as_the_json_library_would(event: e.Event) -> None:
    text = encode_event(event)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_has_not_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode_event(e.RunFinished("t", "r", "completed", number))


def test_fields_that_hold_their_default_are_left_out() -> None:
    assert json.loads(encode_event(e.TaskFinished("t", "a", "once", "done"))) == {
        "type": "task-finished",
        "at": "t",
        "task": "a",
        "slot": "once",
        "status": "done",
    }


def test_a_whole_state_comes_back_as_it_was() -> None:
    state = begun(
        e.TaskStarted(AT, "a", "once", "def-1"),
        e.EffectStarted(AT, "a", "once", "s", "key", "hash"),
        e.EffectFinished(AT, "a", "once", "s", "key", "hash", True, {"id": [1, None]}, "r-1"),
        e.StepFinished(AT, "a", "once", "s", "done", sent=(e.Sent("k", "POST x", {"a": 1}, "h", True),)),
        e.GatesJudged(AT, "a", "once", (e.Verdict("g", "metric", "passed", 1),)),
        e.ProductsKept(AT, "a", "once", (e.Product("p", "0" * 64, 3),)),
        e.TaskFinished(AT, "a", "once", "mocked", unlock=(("S",), ())),
        *ended("b", "day-2", "failed", "why"),
        e.Requested(AT, "q", "retry", "b"),
        e.RunFinished(AT, "r1", "completed", 1.5),
    )
    assert decode_state(json.loads(json.dumps(encode_state(state)))) == state


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"type": "no-such-event"},
        {"type": 7},
        {"type": "task-started", "at": "t"},
        {"type": "task-started", "at": "t", "task": "a", "slot": "s", "definition": "d", "more": 1},
        {"type": "products-kept", "at": "t", "task": "a", "slot": "s", "products": ["x"]},
    ],
)
def test_what_is_no_event_is_refused(found: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        decode_event(found)


GOOD = encode_state(State("demo", "local:demo", 3))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 99}, "update ztr"),
        ({"serial": "three"}, "whole number"),
        ({"serial": True}, "whole number"),
        ({"plan": 3}, "expected text"),
        ({"slots": []}, "not a state"),
        ({"slots": {"a": {"once": {"colour": "red"}}}}, "not a slot-state"),
        ({"runs": [{"run": "r"}]}, "not a run-state"),
    ],
)
def test_what_is_no_state_is_refused_with_the_reason(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        decode_state({**GOOD, **change})


def test_a_state_that_lacks_a_part_is_refused() -> None:
    with pytest.raises(Unreadable, match="runs"):
        decode_state({key: value for key, value in GOOD.items() if key != "runs"})
