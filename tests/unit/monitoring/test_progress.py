"""How far a plan is, and when it will end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest

from automation.plan.model import Plan, Schedule, Task
from monitoring.model import Forecast, Overdue, PathFacts, Status
from monitoring.progress import Outlook, moment, outlook, progress
from tests.unit.monitoring.story import MONDAY, ZONE, a_plan, a_task, small_plan


def look(plan: Plan, statuses: Mapping[str, Status] | None = None, day: int = 1, finished_at: str = "") -> Outlook:
    """The outlook on that working day; tasks that are not named are pending."""
    known: dict[str, Status] = {**dict.fromkeys(plan.tasks, "pending"), **(statuses or {})}
    return outlook(plan, moment(plan, "", MONDAY, day), known, {}, finished_at)


def chain(*days: int | None) -> tuple[Task, ...]:
    """a → b → c … on those days."""
    names = "abcdefgh"
    return tuple(a_task(names[at], day, *names[at - 1 : at][:at]) for at, day in enumerate(days))


def test_the_critical_path_spans_the_most_working_days() -> None:
    plan = a_plan(*chain(1, 2, 5), a_task("x", 1), a_task("y", 3, "x"))
    assert look(plan).path == PathFacts(("a", "b", "c"), 5, 3.0)


def test_of_two_paths_over_the_same_days_the_one_with_more_work_is_critical() -> None:
    plan = a_plan(a_task("a", 1), a_task("short", 1, "a"), a_task("long", 1, "a"), a_task("end", 2, "short", "long"))
    statuses: dict[str, Status] = dict.fromkeys(plan.tasks, "pending")
    found = outlook(plan, moment(plan, "", MONDAY, 1), statuses, {"short": 1.0, "long": 9.0}, "")
    assert found.path == PathFacts(("a", "long", "end"), 2, 27.0)  # 9.0, the upper median, for those never measured


def test_finished_tasks_are_off_the_critical_path() -> None:
    assert look(a_plan(*chain(1, 2, 3)), {"a": "done", "b": "mocked"}, 3).path == PathFacts(("c",), 1, 1.0)


def test_slack_is_what_is_left_before_a_dependent_or_the_target_is_missed() -> None:
    plan = a_plan(*chain(1, 3), a_task("free", 1), a_task("undated", None, "a"), a_task("late", 2, "undated"))
    assert look(plan).slack == {"a": 1, "free": 2, "b": 0, "undated": 1, "late": 1}


def test_slack_is_negative_once_a_dependent_is_late() -> None:
    assert look(a_plan(*chain(1, 2)), day=5).slack == {"a": -3, "b": -2}


def test_a_plan_without_days_and_target_has_no_slack() -> None:
    assert look(a_plan(*chain(None, None), target=None)).slack == {}


def test_overdue_tasks_are_counted_in_working_days() -> None:
    """From Friday of the first week to Tuesday of the second are two working days."""
    plan = a_plan(a_task("a", 5), a_task("b", 1), a_task("c", 7))
    statuses: dict[str, Status] = {"a": "pending", "b": "failed", "c": "pending"}
    found = outlook(plan, moment(plan, "", datetime(2025, 9, 16, 9, tzinfo=ZONE)), statuses, {}, "")
    assert found.overdue == (Overdue("b", 1, 6), Overdue("a", 5, 2))


@pytest.mark.parametrize(
    ("statuses", "day", "finished_at", "expected"),
    [
        (
            {},
            1,
            "",
            Forecast("on-time", "2025-09-10", "2025-09-10", 0, "finishes on 2025-09-10 at the earliest: on time"),
        ),
        (
            {"a": "done"},
            4,
            "",
            Forecast(
                "late",
                "2025-09-11",
                "2025-09-10",
                1,
                "finishes on 2025-09-11 at the earliest: 1 working day after the target",
            ),
        ),
        (
            {"a": "failed", "b": "blocked"},
            6,
            "",
            Forecast(
                "late",
                "2025-09-15",
                "2025-09-10",
                3,
                "finishes on 2025-09-15 at the earliest, if the 2 tasks that are stuck can go on:"
                " 3 working days after the target",
            ),
        ),
        (
            {"a": "done", "b": "mocked", "c": "skipped"},
            9,
            "2025-09-11T09:00:00+04:00",
            Forecast(
                "finished",
                "2025-09-11",
                "2025-09-10",
                1,
                "finished on 2025-09-11: 1 working day after the target",
            ),
        ),
    ],
)
def test_the_forecast_follows_the_calendar(
    statuses: dict[str, Status], day: int, finished_at: str, expected: Forecast
) -> None:
    assert look(a_plan(*chain(1, 2, 3)), statuses, day, finished_at).forecast == expected


def test_on_a_day_off_nothing_finishes_before_the_next_working_day() -> None:
    plan = a_plan(a_task("a", 1))
    saturday = datetime(2025, 9, 13, 9, tzinfo=ZONE)
    found = outlook(plan, moment(plan, "", saturday), {"a": "pending"}, {}, "")
    assert found.forecast.date == "2025-09-15"


def test_before_the_start_nothing_is_late() -> None:
    plan = a_plan(a_task("a", 1))
    found = outlook(plan, moment(plan, "", MONDAY - timedelta(days=9)), {"a": "pending"}, {}, "")
    assert (found.overdue, found.forecast.date) == ((), "2025-09-08")


def test_a_plan_without_dates_has_no_forecast() -> None:
    plan = a_plan(*chain(None, None), target=None)
    assert look(plan).forecast.state == "no-date"
    done: dict[str, Status] = {"a": "done", "b": "done"}
    ended = look(plan, done, finished_at="2025-09-11T09:00:00+04:00").forecast
    assert ended == Forecast("finished", "2025-09-11", None, 0, "finished on 2025-09-11")


def test_recurring_tasks_take_no_part() -> None:
    plan = a_plan(a_task("probe", schedule=Schedule("*/5 * * * *")), a_task("hook", events=("push",)), target=None)
    found = look(plan)
    assert (found.path.tasks, found.forecast.text) == ((), "nothing has an end: every task recurs")
    assert progress(plan, dict.fromkeys(plan.tasks, "pending"), 1).total == 0


def test_a_start_that_moved_moves_the_target_by_as_many_working_days() -> None:
    """The target, day 3, was a Wednesday; from Thursday 18 September day 3 is the Monday after."""
    found = moment(a_plan(a_task("a", 1)), "2025-09-18", datetime(2025, 9, 19, 9, tzinfo=ZONE))
    assert (found.calendar.start, found.day, found.target) == (date(2025, 9, 18), 2, date(2025, 9, 22))


def test_today_is_the_date_in_the_plans_zone() -> None:
    late_in_utc = datetime.fromisoformat("2025-09-08T22:00:00+00:00")
    assert moment(small_plan(), "", late_in_utc).day == 2


def test_progress_counts_by_week_and_component() -> None:
    statuses: dict[str, Status] = {"schema": "done", "search": "failed", "announce": "mocked", "tidy": "pending"}
    found = progress(small_plan(), statuses, 2)
    assert (found.total, found.finished, found.planned) == (4, 2, 3)
    assert [(share.title, share.finished, share.total, share.failed) for share in found.weeks] == [
        ("Foundation", 2, 3, 1),
        ("Finish", 0, 1, 0),
    ]
    assert [(share.title, share.finished, share.total) for share in found.components] == [
        ("Memory", 1, 3),
        ("News", 1, 1),
    ]


def test_a_chain_of_20_000_tasks_is_walked_without_recursion() -> None:
    tasks = [a_task(f"t{at}", 1 + at // 1000, *([f"t{at - 1}"] if at else [])) for at in range(20_000)]
    found = look(a_plan(*tasks))
    assert (len(found.path.tasks), found.path.days, found.slack["t0"]) == (20_000, 20, 0)
