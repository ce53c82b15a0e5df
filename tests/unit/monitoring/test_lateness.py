"""Days on which nothing ran, and a plan in which nothing moves."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from automation.engine.state import KEPT_RUNS
from monitoring.lateness import STILL_DAYS, MissedDay, Stillness, missed_days, stillness
from monitoring.model import Report
from monitoring.render.report_json import document
from monitoring.report import report
from tests.unit.monitoring.story import MONDAY, Story, a_plan, a_task

PLAN = a_plan(a_task("a", 1), a_task("b", 2), a_task("c", 3), a_task("d", 4))


def made(story: Story, days: int) -> Report:
    return report(story.plan, story.state, now=MONDAY + timedelta(days=days))


def after(story: Story, days: int) -> Story:
    story.now = MONDAY + timedelta(days=days)
    return story


def test_a_day_without_a_run_is_told_with_when_it_was_caught_up() -> None:
    story = after(Story(PLAN).run(1).done("a").end(), 2).run(3).done("b").done("c").end()
    assert missed_days(made(story, 2)) == (MissedDay(2, "2025-09-09", ("b",), (), 3, 1),)


def test_what_has_not_run_yet_is_late_up_to_today() -> None:
    story = after(Story(PLAN).run(1).done("a").end(), 3).run(4).done("d").end()
    assert missed_days(made(story, 3)) == (
        MissedDay(2, "2025-09-09", ("b",), ("b",), 0, 2),
        MissedDay(3, "2025-09-10", ("c",), ("c",), 0, 1),
    )


def test_a_plan_that_ran_every_day_or_never_missed_none() -> None:
    assert missed_days(made(Story(PLAN), 3)) == ()
    story = Story(PLAN).run(1).done("a").end()
    assert missed_days(made(after(story, 1).run(2).done("b").end(), 1)) == ()


def test_days_before_the_kept_history_are_not_judged() -> None:
    story = Story(PLAN)
    for _ in range(KEPT_RUNS):
        story.run(3).end()
    assert missed_days(made(story, 2)) == ()


@pytest.mark.parametrize(("days", "alarm"), [(STILL_DAYS - 1, False), (STILL_DAYS, True)])
def test_the_alarm_is_raised_when_nothing_moved_for_so_long(days: int, alarm: bool) -> None:
    story = Story(PLAN).run(1).started("a").finished("a", "failed", "boom").end()
    found = stillness(made(story, days))
    since = story.state.slots["a"]["day-1"].since
    expected = Stillness(STILL_DAYS, since, (("failed", 1), ("pending", 3)))
    assert found == (expected if alarm else None)


def test_runs_that_move_nothing_do_not_calm_the_alarm() -> None:
    story = Story(PLAN).run(1).started("a").finished("a", "failed", "boom").end()
    for day in (2, 3, 4):
        after(story, day - 1).run(day).end()
    found = stillness(made(story, 3))
    assert found is not None
    assert found.days == STILL_DAYS


def test_there_is_no_alarm_where_nothing_is_left_paused_or_only_to_come() -> None:
    plan = a_plan(a_task("a", 1), a_task("z", 18))
    story = Story(plan).run(1).done("a").end()
    assert stillness(made(story, 9)) is None
    failed = Story(PLAN).run(1).started("a").finished("a", "failed", "boom").end()
    told = made(failed, 9)
    assert stillness(told._replace(plan=told.plan._replace(paused=True))) is None
    assert stillness(made(Story(PLAN), 9)) is None


def test_report_json_tells_of_missed_days_and_of_the_alarm() -> None:
    story = Story(PLAN).run(1).started("a").finished("a", "failed", "boom").end()
    told = document(made(story, STILL_DAYS))
    schema = json.loads((Path(__file__).parents[3] / "automation/plan/schema/report.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(told)
    assert told["missed"] == [
        {"day": day, "date": f"2025-09-{day + 7:02}", "tasks": [task], "open": [task], "caught_up": 0, "late": 4 - day}
        for day, task in ((2, "b"), (3, "c"))
    ]
    assert told["stillness"] == {
        "days": STILL_DAYS,
        "since": story.state.slots["a"]["day-1"].since,
        "waiting": {"failed": 1, "pending": 3},
    }
    assert document(made(story, 0))["stillness"] is None
