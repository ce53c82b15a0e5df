"""Old versions of the state are made into ours, a version at a time."""

from __future__ import annotations

import pytest

from automation.engine.codec import SCHEMA, Unreadable, decode_state, encode_state
from automation.engine.migrations import STEPS, migrated
from automation.engine.state import State


def test_a_state_goes_through_every_version_up_to_ours() -> None:
    steps = {1: lambda found: {**found, "seen": ["one"]}, 2: lambda found: {**found, "seen": [*found["seen"], "two"]}}
    assert migrated({"schema": 1}, 3, steps) == {"schema": 3, "seen": ["one", "two"]}


@pytest.mark.parametrize("schema", [0, 7, "1", None, True])
def test_what_no_step_reaches_is_left_as_it_is(schema: object) -> None:
    assert migrated({"schema": schema}, 3) == {"schema": schema}  # type: ignore[dict-item]  # whatever a file may say


def test_every_step_leads_to_our_version() -> None:
    assert sorted(STEPS) == list(range(SCHEMA - len(STEPS), SCHEMA))


def test_a_newer_state_is_refused() -> None:
    with pytest.raises(Unreadable, match="update ztr"):
        decode_state({**encode_state(State()), "schema": SCHEMA + 1})
