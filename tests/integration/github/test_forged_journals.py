"""A run's journal comes from a job that ran other people's code: publish believes nothing that it has not checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fake_github import FakeGitHub
from tests.integration.cli.rig import SIGN, SMALL
from tests.integration.github.conftest import make_flow
from tests.integration.github.flow import Flow
from tests.integration.github.forging import lines_of, made, refused, seal

Forge = Callable[[list[dict[str, Any]]], object]

REQUEST = {
    "type": "requested",
    "at": "2025-09-08T09:00:00+00:00",
    "id": "x",
    "kind": "skip",
    "task": "note",
    "slot": "day-1",
}
ANSWER = {
    "type": "answered", "at": "2025-09-08T09:00:00+00:00", "id": "x", "kind": "skip", "task": "count", "slot": "day-2",
    "granted": True,
}  # fmt: skip
EFFECT = {
    "type": "effect-started", "at": "2025-09-08T09:00:00+00:00", "task": "note", "slot": "day-1", "step": "write",
    "key": "k", "input_hash": "h",
}  # fmt: skip
FORGERIES: dict[str, tuple[Forge, str]] = {
    "a request": (lambda events: events.insert(2, dict(REQUEST)), "only people make those"),
    "an answer": (lambda events: events.insert(2, dict(ANSWER)), "answers a request that nobody made"),
    "another run": (lambda events: events[1].update(run="9-9"), "its run is '9-9'"),
    "another journal": (lambda events: events[0].update(id="9-9"), "its journal is '9-9'"),
    "another attempt": (lambda events: events[1].update(attempt=5), "its attempt is 5"),
    "a foreign lineage": (lambda events: events[0].update(lineage="evil/repo:small"), "its lineage is"),
    "another plan": (lambda events: events[0].update(plan="other"), "its plan is"),
    "another initiator": (lambda events: events[1].update(by="root"), "its initiator is 'root'"),
    "another mode": (lambda events: events[1].update(mode="provision"), "its mode is 'provision'"),
    "two runs": (lambda events: events.insert(-1, dict(events[1])), "more than one run"),
    "an end in the middle": (lambda events: events.insert(3, dict(events[-1])), "ends in the middle"),
    "a task that is not there": (lambda events: events[2].update(task="ghost"), "no task 'ghost'"),
    "a task that was not claimed": (lambda events: events[2].update(task="count"), "did not claim"),
    "an effect": (lambda events: events.insert(3, dict(EFFECT)), "may not make"),
    "an impossible order": (lambda events: events.pop(2), "cannot have happened"),
    "a set-aside slot": (lambda events: events[0].update(superseded=[["note", "day-1"]]), "its superseded is"),
    "no run at all": (lambda events: events.pop(1), "does not begin like a run"),
    "a product outside": (
        lambda events: next(e for e in events if e["type"] == "products-kept")["products"][0].update(path="../../x"),
        "it names a product",
    ),
    "a time that is none": (lambda events: events[1].update(at="yesterday"), "line 2 of its journal cannot be"),
    "a time without a zone": (lambda events: events[-1].update(at="2025-09-08T09:00:00"), "a time is none"),
    "a time to come": (lambda events: events[-1].update(at="9999-12-31T09:00:00+00:00"), "a time is yet to come"),
    "a start that is none": (lambda events: events[1].update(start="soon"), "the plan's start is none"),
    "a day that is none": (lambda events: events[1].update(day="1"), "RunStarted has no such day"),
    "a secret that is not the plan's": (lambda events: events[1].update(present=["<b>"]), "that the plan has not"),
    "a slot that is a list": (lambda events: events[2].update(slot=["day-1"]), "TaskStarted has no such slot"),
    "a slot with a line break": (lambda events: events[2].update(slot="day-1\n@all"), "a name that none can have"),
    "a slot of another day": (
        lambda events: [event.update(slot="day-9") for event in events if event.get("task") == "note"],
        "note cannot have the slot 'day-9'",
    ),
    "an undone effect": (
        lambda events: events.insert(
            3, {**{k: EFFECT[k] for k in EFFECT if k != "input_hash"}, "type": "effect-undone"}
        ),
        "it undoes an effect",
    ),
    "an unknown event": (lambda events: events[2].update(type="pwned"), "journal.jsonl:3"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_journal_is_refused(flow: Flow, forgery: str) -> None:
    forge, why = FORGERIES[forgery]
    artifact = made(flow)
    events = lines_of(artifact)
    forge(events)
    seal(artifact, events)
    refused(flow, artifact, why)


def test_an_approval_cannot_be_given_by_the_run_itself(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = make_flow(github, tmp_path, capsys, {**SMALL, "04-sign": SIGN})
    artifact = made(flow)
    events = lines_of(artifact)
    next(event for event in events if event.get("status") == "awaiting-approval")["status"] = "done"
    seal(artifact, events)
    refused(flow, artifact, "somebody has to approve")


@pytest.mark.parametrize("slot", ["soon", "9999-01-01T00:00+00:00", "2025-09-08T08:00"])
def test_a_slot_that_would_keep_a_schedule_from_ever_firing_again_is_refused(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str], slot: str
) -> None:
    hourly = SMALL["01-note"].replace("day: 1\n", 'schedule: {cron: "0 * * * *"}\n')
    flow = make_flow(github, tmp_path, capsys, {"01-note": hourly})
    artifact = made(flow)
    events = lines_of(artifact)
    for event in events[2:-1]:
        event["slot"] = slot
    seal(artifact, events)
    refused(flow, artifact, f"note cannot have the slot '{slot}'")
    for event in events[2:-1]:
        event["slot"] = "2025-09-08T09:00+04:00"
    seal(artifact, events)
    assert flow.publish(artifact).code == 0
