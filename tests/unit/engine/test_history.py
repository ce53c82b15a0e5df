"""What the tasks of a plan may read of the run so far."""

from __future__ import annotations

from automation.engine.events import Event, GatesJudged, TaskStarted, Verdict
from automation.engine.history import history
from automation.engine.state import State
from automation.plan.model import Approval
from tests.unit.engine.plans import AT, a_plan, a_task, begun, ended

PLAN = a_plan(
    a_task("a", component="core", day=1, criticality="high"),
    a_task("b", approval=Approval(1)),
    a_task("c"),
    a_task("d"),
)


def test_a_slot_is_told_with_its_outcome_its_gates_and_its_place_in_the_plan() -> None:
    start, finish = ended("a", "once", "done", seconds=1.5)
    verdict = Verdict("n > 0", "metric", "passed", 3, "> 0", "steps.s.outputs.n")
    found = history(PLAN, begun(start, GatesJudged(AT, "a", "once", (verdict,)), finish), ())
    assert (found["plan"], found["run"], found["mode"]) == ("demo", "r1", "auto")
    assert found["tasks"] == [
        {
            "id": "a",
            "slot": "once",
            "status": "done",
            "reason": "",
            "component": "core",
            "day": 1,
            "criticality": "high",
            "seconds": 1.5,
            "attempts": 1,
            "gates": [{"name": "n > 0", "kind": "metric", "verdict": "passed", "measured": 3, "bound": "> 0"}],
            "outputs": {},
        }
    ]


def test_the_journal_counts_how_each_slot_ended_last() -> None:
    events: list[Event] = [
        *ended("a", "once", "failed"),
        *ended("a", "once", "done"),
        *ended("b", "once", "done"),
        *ended("c", "once", "failed"),
        TaskStarted(AT, "d", "once", "def-1"),
    ]
    found = history(PLAN, begun(*events), events)
    assert found["journal"] == {"events": 9, "finished": {"done": 2, "failed": 1}}
    assert found["counts"] == {"done": 2, "failed": 1}


def test_what_runs_at_this_moment_is_left_out_of_both_counts() -> None:
    events: list[Event] = [*ended("a", "once", "done"), TaskStarted(AT, "a", "once", "def-1")]
    found = history(PLAN, begun(*events), events)
    assert (found["tasks"], found["counts"]) == ([], {})
    assert found["journal"] == {"events": 3, "finished": {}}


def test_slots_that_wait_for_a_person_say_whether_the_plan_asks_for_one() -> None:
    given_up = [event for _ in range(PLAN.limits.runs_per_task) for event in ended("c", "once", "failed")]
    waiting = ended("b", "once", "awaiting-approval")
    events: list[Event] = [*waiting, *given_up, *ended("a", "once", "failed")]
    assert history(PLAN, begun(*events), events)["waits"] == [
        {"task": "b", "slot": "once", "asked-for": True},
        {"task": "c", "slot": "once", "asked-for": False},
    ]


def test_before_the_first_run_there_is_nothing_to_tell() -> None:
    assert history(PLAN, State(), ()) == {
        "plan": "demo",
        "run": "",
        "mode": "",
        "tasks": [],
        "counts": {},
        "journal": {"events": 0, "finished": {}},
        "waits": [],
    }
