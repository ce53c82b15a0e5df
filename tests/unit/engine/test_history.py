"""The history that tasks read: counted from the state and from the events, and the two agree."""

from __future__ import annotations

import json

import pytest

from automation.engine.events import Answered, Event, RequestKind, StepFinished
from automation.engine.history import history
from automation.engine.state import fold
from automation.plan.model import Approval, Limits
from tests.unit.engine.plans import AT, a_plan, a_task, begun, ended

PLAN = a_plan(a_task("a"), a_task("b"), limits=Limits(runs_per_task=2))


def told(*events: Event) -> dict[str, object]:
    return dict(history(PLAN, begun(*events), events))


@pytest.mark.parametrize(
    ("kind", "status"),
    [("skip", "skipped"), ("retry", "pending"), ("reset", "pending"), ("run", "pending")],
)
def test_granted_requests_count_the_same_in_state_and_journal(kind: RequestKind, status: str) -> None:
    found = told(*ended("a", "once", "failed"), *ended("b", "once", "done"), Answered(AT, "q", kind, "a", "once", True))
    journal = found["journal"]
    assert isinstance(journal, dict)
    assert found["counts"] == journal["finished"] == {"done": 1, status: 1}


def test_a_refused_request_counts_nothing() -> None:
    found = told(*ended("a", "once", "failed"), Answered(AT, "q", "skip", "a", "once", False))
    assert found["counts"] == {"failed": 1}


def test_who_waited_for_a_person_is_named() -> None:
    events = (
        *ended("a", "once", "failed"),
        *ended("a", "once", "failed"),
        *ended("b", "once", "awaiting-approval"),
    )
    plan = a_plan(a_task("a"), a_task("b", approval=Approval()), limits=Limits(runs_per_task=2))
    assert history(plan, fold(events, begun()), events)["waits"] == [
        {"task": "a", "slot": "once", "asked-for": False},
        {"task": "b", "slot": "once", "asked-for": True},
    ]


def test_a_step_that_gave_nothing_is_json_all_the_same() -> None:
    failed = StepFinished(AT, "a", "once", "s", "failed", error="no")
    started, finished = ended("a", "once", "failed")
    found = told(started, failed, finished)
    assert json.loads(json.dumps(found))["tasks"][0]["outputs"] == {"s": {}}
