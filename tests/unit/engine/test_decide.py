"""What a run does next: the calendar and the state say what is due, events say what follows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.engine.decide import Finish, Start, anything_new, begin, decide
from automation.engine.due import Occurrence, Situation
from automation.engine.events import Answered, EffectStarted, TaskFinished, TaskStarted, TaskStatus
from automation.engine.state import State, evolve
from automation.plan.model import Approval, Limits, Plan, Schedule
from tests.unit.engine.plans import AT, MONDAY, a_plan, a_task, at_day, begun, ended, finishes, play


def started(plan: Plan, state: State, situation: Situation) -> list[str]:
    return [command.task for command in begin(plan, state, situation)[1] if isinstance(command, Start)]


@pytest.mark.parametrize(("day", "expected"), [(1, ["a"]), (2, ["a", "b"]), (5, ["a", "b", "c"])])
def test_tasks_are_due_from_their_day_on(day: int, expected: list[str]) -> None:
    plan = a_plan(a_task("a", day=1), a_task("b", day=2), a_task("c", day=5))
    assert started(plan, State(), at_day(day)) == expected


def test_a_day_given_by_hand_counts_instead_of_the_calendars() -> None:
    plan = a_plan(a_task("a", day=1), a_task("b", day=4))
    assert started(plan, State(), at_day(1, day=4)) == ["a", "b"]


def test_nothing_is_due_before_the_start() -> None:
    plan = a_plan(a_task("a", day=1))
    assert started(plan, State(), Situation(MONDAY - timedelta(days=3))) == []


def test_a_start_given_by_hand_moves_the_calendar() -> None:
    plan = a_plan(a_task("a", day=1))
    assert started(plan, State(start="2025-09-10"), at_day(2)) == []
    assert started(plan, State(start="2025-09-10"), at_day(3)) == ["a"]


def test_a_task_starts_when_all_its_needs_are_done_and_in_the_plans_order() -> None:
    plan = a_plan(a_task("late", needs=["a", "b"]), a_task("a"), a_task("b", needs=["a"]))
    assert play(plan, begun(), at_day(1))[0] == ["a", "b", "late"]


def test_a_failure_blocks_its_dependents_and_nothing_else() -> None:
    plan = a_plan(a_task("a"), a_task("b", needs=["a"]), a_task("c", needs=["b"]), a_task("other"))
    done, state, _ = play(plan, begun(), at_day(1), failing=frozenset({"a"}))
    assert done == ["a", "other"]
    found = {task: state.slots[task]["once"] for task in plan.tasks}
    assert {task: slot.status for task, slot in found.items()} == {
        "a": "failed",
        "b": "blocked",
        "c": "blocked",
        "other": "done",
    }
    assert found["b"].reason == "needs a, which failed"
    assert found["c"].reason == "needs b, which is blocked"


def test_the_next_run_heals_what_a_failure_had_blocked() -> None:
    plan = a_plan(a_task("a"), a_task("b", needs=["a"]))
    _, state, _ = play(plan, begun(), at_day(1), failing=frozenset({"a"}))
    done, state, _ = play(plan, state, at_day(2))
    assert done == ["a", "b"]
    assert {slot.status for slots in state.slots.values() for slot in slots.values()} == {"done"}


def test_a_failing_task_is_run_as_often_as_the_plan_says_and_then_waits() -> None:
    plan = a_plan(a_task("a"), a_task("b", needs=["a"]), limits=Limits(runs_per_task=2))
    state = begun()
    for expected in (["a"], ["a"]):
        done, state, _ = play(plan, state, at_day(1), failing=frozenset({"a"}))
        assert done == expected
    done, state, agenda = play(plan, state, at_day(1), failing=frozenset({"a"}))
    assert done == []
    assert [(wait.task, wait.why) for wait in agenda.waits] == [("a", "failed 2 times: waits for `ztr retry a`")]
    assert state.slots["b"]["once"].status == "blocked"


def test_a_failed_task_with_a_new_definition_is_due_again() -> None:
    plan = a_plan(a_task("a"), limits=Limits(runs_per_task=1))
    _, state, _ = play(plan, begun(), at_day(1), failing=frozenset({"a"}))
    changed = a_plan(a_task("a")._replace(definition="def-2"), limits=Limits(runs_per_task=1))
    assert started(plan, state, at_day(1)) == []
    assert started(changed, state, at_day(1)) == ["a"]


def test_finished_tasks_stay_finished_when_their_definition_changes() -> None:
    _, state, _ = play(a_plan(a_task("a")), begun(), at_day(1))
    assert started(a_plan(a_task("a")._replace(definition="def-2")), state, at_day(1)) == []


def test_a_task_whose_product_is_gone_is_due_again() -> None:
    plan = a_plan(a_task("a"), a_task("b", needs=["a"]))
    _, state, _ = play(plan, begun(), at_day(1))
    assert started(plan, state, at_day(2, gone=frozenset({"a"}))) == ["a"]


@pytest.mark.parametrize(
    ("unlock", "present", "mode", "due"),
    [
        ((("SLACK",),), frozenset(), "auto", False),
        ((("SLACK",),), frozenset({"SLACK"}), "auto", True),
        ((("SLACK",),), frozenset({"SLACK"}), "mock", False),
        ((("SLACK", "ZAPIER"), ("ZAPIER",)), frozenset({"ZAPIER"}), "auto", True),
        (((),), frozenset(), "auto", True),
        (((),), frozenset(), "mock", False),
    ],
)
def test_a_mocked_task_is_due_again_once_a_part_of_it_can_be_real(
    unlock: tuple[tuple[str, ...], ...], present: frozenset[str], mode: str, due: bool
) -> None:
    plan = a_plan(a_task("a"))
    state = begun(*ended("a", "once", "mocked", unlock=unlock))
    situation = at_day(2, present=present, mode=mode)
    assert started(plan, state, situation) == (["a"] if due else [])


def test_an_interrupted_task_is_due_and_says_why() -> None:
    plan = a_plan(a_task("a"))
    _, commands = begin(plan, begun(TaskStarted(AT, "a", "once", "def-1")), at_day(1))
    assert commands == (Start("a", "once", "was interrupted", 0),)


def test_a_task_interrupted_within_an_effect_asks_before_it_goes_on_under_a_new_definition() -> None:
    plan = a_plan(a_task("a")._replace(definition="def-2"))
    state = begun(TaskStarted(AT, "a", "once", "def-1"), EffectStarted(AT, "a", "once", "send", "k", "h"))
    agenda, commands = begin(plan, state, at_day(1))
    assert commands == ()
    assert "in the middle of send" in agenda.waits[0].why


def test_a_deferred_task_waits_for_its_time() -> None:
    plan = a_plan(a_task("a"))
    state = begun(*ended("a", "once", "deferred", "slow down", not_before="2025-09-08T12:00:00+00:00"))
    agenda, commands = begin(plan, state, at_day(1))
    assert (commands, agenda.waits[0].why) == ((), "deferred until 2025-09-08T12:00:00+00:00: slow down")
    assert started(plan, state, at_day(2)) == ["a"]


def test_an_unknown_effect_waits_for_a_person_and_blocks_what_needs_it() -> None:
    plan = a_plan(a_task("a"), a_task("b", needs=["a"]))
    agenda, commands = begin(plan, begun(*ended("a", "once", "unknown", "send: lost")), at_day(1))
    assert finishes(commands) == [("b", "needs a, which has an effect whose end is unknown")]
    assert agenda.waits[0].why == "send: lost: `ztr retry a` does it again, `ztr skip a` leaves it"


def test_an_approval_that_nobody_gave_in_time_fails_the_task() -> None:
    plan = a_plan(a_task("a", approval=Approval(expires=86_400.0)))
    state = begun(*ended("a", "once", "awaiting-approval"))
    agenda, commands = begin(plan, state, at_day(1))
    assert (commands, agenda.waits[0].why[:18]) == ((), "waits for approval")
    assert finishes(begin(plan, state, at_day(3))[1]) == [
        ("a", "approval expired: nobody answered since 2025-09-08T09:00:00+00:00")
    ]


def test_what_needs_an_awaited_approval_waits_and_is_not_blocked() -> None:
    plan = a_plan(a_task("a", approval=Approval()), a_task("b", needs=["a"]))
    agenda, commands = begin(plan, begun(*ended("a", "once", "awaiting-approval")), at_day(1))
    assert commands == ()
    assert agenda.waits[-1].why == "waits for a (awaiting approval)"


def test_an_approval_asked_for_in_this_run_starts_nothing_that_needs_it() -> None:
    plan = a_plan(a_task("a", approval=Approval()), a_task("b", needs=["a"]))
    agenda, _ = begin(plan, State(), at_day(1))
    assert decide(agenda, TaskFinished(AT, "a", "once", "awaiting-approval"))[1] == ()


def test_a_need_on_a_later_day_is_told_with_its_date() -> None:
    plan = a_plan(a_task("a", day=5), a_task("b", needs=["a"]))
    agenda, commands = begin(plan, State(), at_day(1))
    assert (commands, agenda.waits[0].why) == ((), "waits for a, day 5 (2025-09-12)")


def test_a_paused_plan_starts_nothing() -> None:
    state = evolve(State(), Answered(AT, "q", "pause", "", "", granted=True))
    agenda, commands = begin(a_plan(a_task("a")), state, at_day(1))
    assert (commands, agenda.waits[0].why) == ((), "the plan is paused: `ztr pause --off` goes on")


def test_only_the_tasks_asked_for_run() -> None:
    plan = a_plan(a_task("a"), a_task("b"), a_task("c", needs=["b"]))
    agenda, commands = begin(plan, State(), at_day(1, tasks=frozenset({"a", "c"})))
    assert [command.task for command in commands] == ["a"]
    assert [(wait.task, wait.why) for wait in agenda.waits] == [("c", "waits for b (pending)")]


def test_a_scheduled_run_catches_up_within_the_cap_and_a_run_by_hand_without() -> None:
    plan = a_plan(*(a_task(f"t{day}", day=day) for day in range(1, 6)), limits=Limits(catch_up=2))
    assert started(plan, State(), at_day(5, by_hand=False)) == ["t1", "t2", "t5"]
    assert started(plan, State(), at_day(5)) == ["t1", "t2", "t3", "t4", "t5"]


def test_what_cannot_start_does_not_use_up_the_cap() -> None:
    blocked = [a_task(f"b{number}", day=1, needs=["bad"]) for number in range(3)]
    behind = [a_task(f"c{number}", day=1, needs=["b0"]) for number in range(3)]
    plan = a_plan(
        a_task("bad", day=1), *blocked, *behind, a_task("good", day=1), limits=Limits(runs_per_task=1, catch_up=1)
    )
    state = begun(*ended("bad", "day-1", "failed"))
    assert started(plan, state, at_day(5, by_hand=False)) == ["good"]


def test_a_need_is_caught_up_before_what_needs_it_wherever_it_stands() -> None:
    plan = a_plan(a_task("after", day=1, needs=["first"]), a_task("first", day=1), limits=Limits(catch_up=1))
    agenda, commands = begin(plan, State(), at_day(5, by_hand=False))
    assert [command.task for command in commands] == ["first"]
    assert [waiting.task for waiting in agenda.waits] == ["after"]


def test_an_event_task_runs_once_for_each_event() -> None:
    plan = a_plan(a_task("on-push", events=("push",)))
    seen = (Occurrence("e1", "push"), Occurrence("e2", "issues"), Occurrence("e3", "push"))
    commands = begin(plan, begun(*ended("on-push", "e1", "done")), at_day(1, occurrences=seen))[1]
    assert [(command.task, command.slot) for command in commands] == [("on-push", "e3")]


def test_a_recurring_task_runs_its_latest_slot_and_not_those_it_missed() -> None:
    plan = a_plan(a_task("daily", schedule=Schedule("0 8 * * *")))
    commands = begin(plan, State(), at_day(3))[1]
    assert [command.slot for command in commands] == ["2025-09-10T08:00+00:00"]
    state = begun(*ended("daily", "2025-09-10T08:00+00:00", "done"))
    assert begin(plan, state, at_day(3))[1] == ()
    assert [command.slot for command in begin(plan, state, at_day(4))[1]] == ["2025-09-11T08:00+00:00"]


def test_a_recurring_task_that_catches_up_runs_every_missed_slot() -> None:
    plan = a_plan(a_task("daily", schedule=Schedule("0 8 * * *", catch_up="all")))
    slots = [command.slot[:10] for command in begin(plan, State(), at_day(3))[1]]
    assert slots == ["2025-09-08", "2025-09-09", "2025-09-10"]


def test_a_dependent_of_a_recurring_task_looks_at_its_latest_slot() -> None:
    plan = a_plan(a_task("daily", schedule=Schedule("0 8 * * *")), a_task("after", needs=["daily"]))
    assert play(plan, begun(), at_day(1))[0] == ["daily", "after"]
    early = Situation(MONDAY.replace(hour=7))
    assert begin(plan, State(), early)[0].waits[0].why == "waits for daily (pending)"


def test_an_old_failed_time_of_a_recurring_task_does_not_block_what_needs_it() -> None:
    daily = a_task("daily", schedule=Schedule("0 8 * * *"))
    plan = a_plan(daily, a_task("after", day=3, needs=["daily"]), limits=Limits(runs_per_task=1))
    old, latest = "2025-09-09T08:00+00:00", "2025-09-10T08:00+00:00"
    state = begun(*ended("daily", old, "failed"), *ended("daily", latest, "done"))
    assert started(plan, state, at_day(3)) == ["after"]


def test_of_two_times_around_a_clock_change_the_later_one_counts() -> None:
    daily = a_task("daily", schedule=Schedule("30 * * * *"))
    plan = a_plan(daily, a_task("after", needs=["daily"]), limits=Limits(runs_per_task=1))
    summer, winter = "2025-10-26T02:45+02:00", "2025-10-26T02:30+01:00"
    state = begun(*ended("daily", summer, "failed"), *ended("daily", winter, "done"))
    assert started(plan, state, Situation(datetime.fromisoformat("2025-10-26T01:31+00:00"))) == ["after"]


def test_with_its_secret_a_recurring_task_runs_once_and_not_for_every_mocked_time() -> None:
    times = [f"2025-09-{day:02}T08:00+00:00" for day in (8, 9, 10)]
    every = Schedule("0 8 * * *", catch_up="all")
    for schedule, expected in ((Schedule("0 8 * * *"), times[-1:]), (every, times)):
        plan = a_plan(a_task("daily", schedule=schedule))
        state = begun(*(event for slot in times for event in ended("daily", slot, "mocked", unlock=(("KEY",),))))
        commands = begin(plan, state, at_day(3, present=frozenset({"KEY"})))[1]
        assert [command.slot for command in commands] == expected


def test_events_of_tasks_that_are_not_on_the_agenda_change_nothing() -> None:
    agenda, _ = begin(a_plan(a_task("a")), State(), at_day(1))
    assert decide(agenda, TaskFinished(AT, "stranger", "once", "done")) == (agenda, ())


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30), st.sets(st.integers(0, 11)))
def test_every_task_runs_after_its_needs_or_is_blocked_by_a_failure(
    edges: list[tuple[int, int]], failing: set[int]
) -> None:
    needs: dict[int, list[str]] = {}
    for one, other in edges:
        if one != other:
            needs.setdefault(max(one, other), []).append(f"t{min(one, other)}")
    plan = a_plan(*(a_task(f"t{n}", needs=tuple(dict.fromkeys(needs.get(n, [])))) for n in range(12)))
    done, state, _ = play(plan, begun(), at_day(1), frozenset(f"t{n}" for n in failing))
    assert len(done) == len(set(done))
    statuses: dict[str, TaskStatus] = {task: state.slots[task]["once"].status for task in plan.tasks}
    for task in plan.tasks.values():
        bad = [need for need in task.needs if statuses[need] in ("failed", "blocked")]
        expected = "blocked" if bad else "failed" if int(task.id[1:]) in failing else "done"
        assert statuses[task.id] == expected
        if expected != "blocked":
            assert all(done.index(need) < done.index(task.id) for need in task.needs)


def test_what_is_blocked_already_is_not_told_again_but_new_dependents_are() -> None:
    plan = a_plan(a_task("a"), a_task("b", needs=["a"]), limits=Limits(runs_per_task=1))
    _, state, _ = play(plan, begun(), at_day(1), failing=frozenset({"a"}))
    agenda, commands = begin(plan, state, at_day(2))
    assert not anything_new(agenda, commands, state)
    longer = a_plan(*plan.tasks.values(), a_task("c", needs=["b"]), limits=plan.limits)
    agenda, commands = begin(longer, state, at_day(2))
    assert anything_new(agenda, commands, state)


def test_a_finish_command_is_told_apart_from_a_start() -> None:
    plan = a_plan(a_task("a"), a_task("b", needs=["a"]))
    state = begun(*ended("a", "once", "failed"))
    limited = plan._replace(limits=Limits(runs_per_task=1))
    assert begin(limited, state, at_day(1))[1] == (Finish("b", "once", "blocked", "needs a, which failed"),)


def test_a_task_that_decides_about_failures_itself_is_not_blocked_by_one() -> None:
    plan = a_plan(
        a_task("a"),
        a_task("report", needs=["a"], condition="always()", after_failure=True),
        a_task("next", needs=["report"]),
    )
    assert play(plan, begun(), at_day(1), failing=frozenset({"a"}))[0] == ["a", "report", "next"]


def test_nor_by_one_that_failed_in_an_earlier_run() -> None:
    plan = a_plan(a_task("a"), a_task("report", needs=["a"], after_failure=True), limits=Limits(runs_per_task=1))
    assert started(plan, begun(*ended("a", "once", "failed")), at_day(2)) == ["report"]
