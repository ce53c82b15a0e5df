"""What the calendar promises for each wake-up, worked out by hand."""

from __future__ import annotations

from datetime import date, time

import pytest

from automation.cli.almanac import Almanac, wake_on
from automation.plan.model import Calendar, Plan, Schedule, Step, Task

BERLIN = "Europe/Berlin"


def a_plan(calendar: Calendar, *tasks: Task) -> Plan:
    return Plan("p", "P", calendar, {task.id: task for task in tasks})


def a_task(
    name: str,
    *needs: str,
    day: int | None = None,
    cron: str = "",
    working_days: bool = False,
    every: bool = False,
    events: tuple[str, ...] = (),
) -> Task:
    schedule = Schedule(cron, working_days, "all" if every else "latest") if cron else None
    return Task(name, name, (Step("s", "file"),), day=day, schedule=schedule, events=events, needs=needs)


def days(plan: Plan, count: int, at: time = time(9)) -> list[list[str]]:
    """What is expected on each day, as `task@slot` without the zone."""
    almanac = Almanac(plan, plan.calendar, at, count)
    return [[f"{task}@{slot}" for task, slot in almanac.expected(number)] for number in range(count)]


def test_a_task_is_expected_on_its_working_day_and_on_no_other() -> None:
    calendar = Calendar(date(2025, 9, 5), holidays=frozenset({date(2025, 9, 8)}))  # a Friday, then a holiday
    plan = a_plan(calendar, a_task("a", day=1), a_task("b", day=2))
    assert days(plan, 6) == [["a@day-1"], [], [], [], ["b@day-2"], []]


def test_a_task_without_a_day_is_expected_with_the_last_of_its_needs() -> None:
    plan = a_plan(
        Calendar(date(2025, 9, 8)),
        a_task("free"),
        a_task("last", "b", "free"),
        a_task("b", day=2),
    )
    assert days(plan, 3) == [["free@once"], ["last@once", "b@day-2"], []]


def test_a_task_that_waits_for_an_event_is_never_expected_nor_is_what_needs_it() -> None:
    plan = a_plan(Calendar(date(2025, 9, 8)), a_task("hook", events=("push",)), a_task("after", "hook"))
    assert days(plan, 2) == [[], []]


def test_a_slot_after_the_wake_up_belongs_to_the_next_day() -> None:
    plan = a_plan(Calendar(date(2025, 9, 8)), a_task("evening", cron="0 20 * * *"))
    assert days(plan, 3) == [[], ["evening@2025-09-08T20:00+00:00"], ["evening@2025-09-09T20:00+00:00"]]


def test_only_a_task_that_catches_up_all_is_expected_in_each_slot_since_the_last_wake_up() -> None:
    calendar = Calendar(date(2025, 9, 8))
    twice = "0 3,6 * * *"
    plan = a_plan(calendar, a_task("latest", cron=twice), a_task("all", cron=twice, every=True))
    assert days(plan, 1) == [
        ["latest@2025-09-08T06:00+00:00", "all@2025-09-08T03:00+00:00", "all@2025-09-08T06:00+00:00"]
    ]


def test_a_recurring_task_begins_with_its_needs_and_then_catches_up_what_it_missed() -> None:
    plan = a_plan(Calendar(date(2025, 9, 8)), a_task("a", day=2), a_task("each", "a", cron="0 3 * * *", every=True))
    assert days(plan, 3) == [
        [],
        ["a@day-2", "each@2025-09-08T03:00+00:00", "each@2025-09-09T03:00+00:00"],
        ["each@2025-09-10T03:00+00:00"],
    ]


def test_a_need_that_recurs_counts_from_its_first_slot_on() -> None:
    plan = a_plan(Calendar(date(2025, 9, 8)), a_task("each", cron="0 3 10 * *"), a_task("after", "each"))
    assert days(plan, 4) == [[], [], ["each@2025-09-10T03:00+00:00", "after@once"], []]


def test_a_need_whose_first_slot_is_not_simulated_is_never_finished() -> None:
    plan = a_plan(Calendar(date(2025, 9, 8)), a_task("each", cron="0 3 20 * *"), a_task("after", "each"))
    assert days(plan, 2) == [[], []]


def test_a_time_that_the_clock_skips_in_spring_is_one_slot_after_the_gap() -> None:
    plan = a_plan(Calendar(date(2025, 3, 29), BERLIN), a_task("nightly", cron="30 2 * * *"))
    assert days(plan, 3) == [
        ["nightly@2025-03-29T02:30+01:00"],
        ["nightly@2025-03-30T03:00+02:00"],
        ["nightly@2025-03-31T02:30+02:00"],
    ]


def test_a_time_that_happens_twice_in_autumn_is_one_slot() -> None:
    plan = a_plan(Calendar(date(2025, 10, 25), BERLIN), a_task("nightly", cron="30 2 * * *", every=True))
    assert days(plan, 3) == [
        ["nightly@2025-10-25T02:30+02:00"],
        ["nightly@2025-10-26T02:30+02:00"],
        ["nightly@2025-10-27T02:30+01:00"],
    ]


def test_a_task_of_working_days_has_no_slot_on_a_holiday() -> None:
    calendar = Calendar(date(2025, 10, 2), BERLIN, holidays=frozenset({date(2025, 10, 3)}))
    plan = a_plan(calendar, a_task("office", cron="0 8 * * *", working_days=True))
    assert days(plan, 5) == [["office@2025-10-02T08:00+02:00"], [], [], [], ["office@2025-10-06T08:00+02:00"]]


@pytest.mark.parametrize(
    ("on", "at", "now"),
    [
        (date(2025, 3, 30), time(9), "2025-03-30T09:00:00+02:00"),
        (date(2025, 3, 30), time(2, 30), "2025-03-30T03:30:00+02:00"),  # it does not exist
        (date(2025, 10, 26), time(2, 30), "2025-10-26T02:30:00+02:00"),  # the first of two
    ],
)
def test_a_wake_up_is_at_its_local_time_or_as_soon_as_that_exists(on: date, at: time, now: str) -> None:
    assert wake_on(Calendar(date(2025, 1, 1), BERLIN), on, at).now.isoformat() == now
