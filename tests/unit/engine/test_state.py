"""The fold of events: what each does to the state, and which cannot follow."""

from __future__ import annotations

import pytest

from automation.engine.events import (
    Answered,
    EffectFinished,
    EffectStarted,
    Event,
    GatesJudged,
    Opened,
    Product,
    ProductsKept,
    Requested,
    RunFinished,
    RunStarted,
    StepFinished,
    StepRetried,
    TaskFinished,
    TaskStarted,
    TaskStatus,
    Verdict,
)
from automation.engine.state import KEPT_RUNS, KEPT_SLOTS, SlotState, State, counts, evolve, fold
from automation.engine.transitions import NotAllowed
from tests.unit.engine.plans import AT, begun, ended

STARTED = TaskStarted(AT, "a", "once", "def-1")


def slot_after(*events: Event) -> SlotState:
    found = begun(*events).slot("a", "once")
    assert found is not None
    return found


def test_a_task_collects_its_steps_gates_and_products() -> None:
    verdict = Verdict("g", "metric", "passed", 0.9, "> 0.5", "steps.s.outputs.x")
    product = Product("out.json", "ab" * 32, 12)
    slot = slot_after(
        STARTED,
        StepRetried(AT, "a", "once", "s", 1, 2.0, "again"),
        StepFinished(AT, "a", "once", "s", "done", 2, 0.5, {"x": 0.9}),
        GatesJudged(AT, "a", "once", (verdict,)),
        ProductsKept(AT, "a", "once", (product,)),
        TaskFinished(AT, "a", "once", "done", "", 0.7),
    )
    assert (slot.status, slot.run, slot.runs, slot.seconds) == ("done", "r1", 1, 0.7)
    assert (slot.steps["s"].attempts, slot.steps["s"].outputs) == (2, {"x": 0.9})
    assert (slot.verdicts, slot.products) == ((verdict,), (product,))


def test_a_second_start_keeps_products_and_effects_and_drops_steps() -> None:
    slot = slot_after(
        STARTED,
        EffectStarted(AT, "a", "once", "s", "key", "hash", "POST x"),
        EffectFinished(AT, "a", "once", "s", "key", "hash", True, {"id": 7}, "remote-7"),
        StepFinished(AT, "a", "once", "s", "done"),
        ProductsKept(AT, "a", "once", (Product("p", "0" * 64, 1),)),
        STARTED,
    )
    assert (slot.status, slot.runs, dict(slot.steps), len(slot.products)) == ("running", 2, {}, 1)
    assert (slot.effects["s"].ended, slot.effects["s"].outputs, slot.effects["s"].remote) == (
        True,
        {"id": 7},
        "remote-7",
    )


def test_an_effect_without_an_end_is_unknown() -> None:
    slot = slot_after(STARTED, EffectStarted(AT, "a", "once", "s", "key", "hash"))
    assert slot.effects["s"].ended is None


def test_a_new_definition_counts_runs_anew() -> None:
    slot = slot_after(*ended("a", "once", "failed"), STARTED._replace(definition="def-2"))
    assert (slot.runs, slot.definition) == (1, "def-2")


IMPOSSIBLE: list[tuple[str, Event]] = [
    ("a step of a task that never started", StepFinished(AT, "a", "once", "s", "done")),
    ("gates of a task that never started", GatesJudged(AT, "a", "once", ())),
    ("an end without a start", TaskFinished(AT, "a", "once", "done")),
    ("the end of an effect that never began", EffectFinished(AT, "a", "once", "s", "k", "h", True)),
    ("the end of another run", RunFinished(AT, "r9", "completed")),
    ("a journal out of order", Opened(AT, "r9", 5, "local:demo", "demo")),
    ("a journal of another repository", Opened(AT, "r9", 2, "acme/site:demo", "demo")),
]


@pytest.mark.parametrize("event", [event for _, event in IMPOSSIBLE], ids=[name for name, _ in IMPOSSIBLE])
def test_what_cannot_follow_is_an_error(event: Event) -> None:
    with pytest.raises(NotAllowed):
        begun(event)


def test_an_effect_ends_only_under_the_key_that_it_began_with() -> None:
    with pytest.raises(NotAllowed, match="without having begun"):
        begun(
            STARTED,
            EffectStarted(AT, "a", "once", "s", "key", "hash"),
            EffectFinished(AT, "a", "once", "s", "other", "hash", True),
        )


def test_a_finished_task_cannot_finish_again() -> None:
    with pytest.raises(NotAllowed, match="a@once cannot go from done to failed"):
        begun(*ended("a", "once", "done"), TaskFinished(AT, "a", "once", "failed"))


def test_runs_are_counted_and_the_latest_are_kept() -> None:
    state = begun(*ended("a", "once", "done"), *ended("b", "once", "failed"), RunFinished(AT, "r1", "completed", 3.0))
    assert (state.runs[0].outcome, state.runs[0].counts) == ("completed", {"done": 1, "failed": 1})
    for number in range(KEPT_RUNS + 5):
        state = evolve(state, RunStarted(AT, f"r{number}", "d", "auto", "auto", 1))
    assert (len(state.runs), state.runs[-1].run) == (KEPT_RUNS, f"r{KEPT_RUNS + 4}")


def test_a_start_given_by_hand_is_kept_over_later_runs() -> None:
    state = fold(
        [
            RunStarted(AT, "r1", "d", "auto", "auto", 1, start="2025-10-01"),
            RunStarted(AT, "r2", "d", "auto", "auto", 1),
        ]
    )
    assert state.start == "2025-10-01"


def test_recurring_tasks_keep_their_latest_slots() -> None:
    state = begun()
    for number in range(KEPT_SLOTS + 3):
        state = fold(ended("daily", f"2025-01-{number:03d}", "done"), state)
    assert (len(state.slots["daily"]), min(state.slots["daily"])) == (KEPT_SLOTS, "2025-01-003")


@pytest.mark.parametrize("status", ["awaiting-approval", "unknown", "deferred"])
def test_a_slot_that_is_not_settled_is_never_forgotten(status: TaskStatus) -> None:
    state = begun(*ended("daily", "2024-12-30", status), TaskStarted(AT, "daily", "2024-12-31", "def-1"))
    for number in range(KEPT_SLOTS + 3):
        state = fold(ended("daily", f"2025-01-{number:03d}", "done"), state)
    state = evolve(state, StepFinished(AT, "daily", "2024-12-31", "s", "done"))
    assert {"2024-12-30", "2024-12-31"} < state.slots["daily"].keys()
    assert len(state.slots["daily"]) == KEPT_SLOTS


def test_counts_tell_how_many_slots_stand_where() -> None:
    assert counts(begun(*ended("a", "once", "done"), *ended("b", "once", "mocked"), *ended("c", "x", "done"))) == {
        "done": 2,
        "mocked": 1,
    }


def ask(kind: str, granted: bool = True) -> Answered:
    return Answered(AT, "q1", kind, "a", "once", granted, "because", "ada")  # type: ignore[arg-type]  # kinds as text


@pytest.mark.parametrize(
    ("before", "kind", "after", "runs"),
    [
        ("failed", "retry", "pending", 0),
        ("failed", "run", "pending", 0),
        ("failed", "skip", "skipped", 1),
        ("done", "reset", "pending", 0),
        ("awaiting-approval", "reject", "failed", 1),
        ("awaiting-approval", "approve", "awaiting-approval", 1),
    ],
)
def test_a_granted_request_moves_the_task(before: str, kind: str, after: str, runs: int) -> None:
    slot = slot_after(*ended("a", "once", before), ask(kind))  # type: ignore[arg-type]  # statuses as text
    assert (slot.status, slot.runs, slot.waited) == (after, runs, True)


def test_an_approval_is_added_to_those_that_were_given() -> None:
    assert slot_after(*ended("a", "once", "awaiting-approval"), ask("approve")).approvals == ("ada",)


def test_a_refused_request_changes_nothing_but_is_no_longer_open() -> None:
    request = Requested(AT, "q1", "retry", "a", "once", "ada")
    state = begun(*ended("a", "once", "done"), request)
    assert set(state.requests) == {"q1"}
    after = evolve(state, ask("retry", granted=False))
    assert (after.requests, after.slot("a", "once")) == ({}, state.slot("a", "once"))


def test_a_retry_forgets_effects_whose_end_is_unknown_and_keeps_those_that_happened() -> None:
    slot = slot_after(
        STARTED,
        EffectStarted(AT, "a", "once", "sent", "k1", "h"),
        EffectFinished(AT, "a", "once", "sent", "k1", "h", True),
        EffectStarted(AT, "a", "once", "lost", "k2", "h"),
        TaskFinished(AT, "a", "once", "unknown"),
        ask("retry"),
    )
    assert set(slot.effects) == {"sent"}


def test_a_reset_forgets_everything_about_the_slot() -> None:
    slot = slot_after(*ended("a", "once", "done"), ask("reset"))
    assert slot == SlotState("pending", "because", AT, waited=True)


def test_an_acknowledgement_moves_nothing() -> None:
    state = begun(*ended("a", "once", "failed"))
    assert evolve(state, ask("acknowledge")).slots == state.slots


def test_a_run_that_is_asked_for_as_a_whole_moves_no_task() -> None:
    asked = evolve(State(), Answered(AT, "q", "run", "", "", granted=True))
    assert asked == State()


def test_pause_and_resume_are_the_whole_plans() -> None:
    paused = evolve(State(), Answered(AT, "q", "pause", "", "", granted=True))
    assert paused.paused
    assert not evolve(paused, Answered(AT, "q", "resume", "", "", granted=True)).paused
