"""The summary issue of plans of every size: within GitHub's limit, whole rows, balanced."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from automation.github.marks import ALL, Control, boxes
from automation.plan.model import Approval, Plan, Week
from monitoring.model import Report
from monitoring.render.fit import Block, fit, utf8, utf16
from monitoring.render.issue import LIMIT, render
from monitoring.render.issue_controls import needs
from monitoring.report import report
from tests.unit.monitoring.reports import PLACE, Unlock
from tests.unit.monitoring.story import MONDAY, Story, a_plan, a_task
from tests.unit.monitoring.test_issue import beside, on_actions


def huge(number: int) -> tuple[Plan, Report]:
    """So many tasks: a third failed with a long reason, a third waits for approval, the rest is done."""
    tasks = [a_task(f"task-{at:05}", 1 + at % 18, approval=Approval() if at % 3 == 1 else None) for at in range(number)]
    plan = a_plan(*tasks, title="A big plan " * 30, weeks=tuple(Week(f"Week {at}", at, at) for at in range(1, 19)))
    story = Story(plan).run(18)
    for at, task in enumerate(plan.tasks):
        story.started(task)
        if at % 3 == 0:
            story.finished(task, "failed", "step work: 💥 " * 40)
        elif at % 3 == 1:
            story.finished(task, "awaiting-approval", "approval wanted")
        else:
            story.finished(task)
    unlock = tuple(Unlock((f"SECRET_{at}",), (f"task-{at:05}",)) for at in range(300))
    made = report(plan, story.end().state, now=MONDAY + timedelta(days=24), unlock=unlock, environment=PLACE)
    return plan, on_actions(made)


def test_a_plan_of_five_thousand_tasks_fits_with_its_boxes_and_whole_rows() -> None:
    plan, made = huge(5_000)
    body = render(made, beside(plan))
    found = boxes(body)
    assert utf16(body) < LIMIT
    assert [one.verb for one in found if one.task == ALL] == ["approve", "retry"]
    assert {Control("run"), Control("pause")} <= set(found)
    assert len(found) > 200
    whole = {
        row for one in needs(made, beside(plan).definitions, where="x") for row in (row_start(one.full), one.short)
    }
    rows = [line for line in body.split("\n") if line.startswith("- [ ] <!-- ztr:retry=task")]
    assert rows
    assert all(row_start(row) in whole or row in whole for row in rows)
    assert re.search(r"^- \+[\d,]+ more in \[`ztr-report`\]", body, re.MULTILINE)
    assert body.count("<details>") == body.count("</details>")
    assert all(row.endswith(" |") for row in body.split("\n") if row.startswith("| "))


def row_start(row: str) -> str:
    return row.partition("\n")[0]


@pytest.mark.parametrize("number", [0, 1, 40, 400])
def test_bodies_of_all_sizes_are_within_the_limit_and_balanced(number: int) -> None:
    plan, made = huge(number)
    body = render(made, beside(plan))
    assert utf16(body) < LIMIT
    assert body.count("<details>") == body.count("</details>")


# ---- fitting


def test_rows_are_cut_whole_and_counted() -> None:
    block = Block("head", 38, [f"row {at}" for at in range(9)], "foot", more="+{number} more")
    assert fit([block]) == "head\nrow 0\nrow 1\nrow 2\n+6 more\nfoot"


def test_brief_rows_take_over_when_the_room_gets_scarce() -> None:
    block = Block("h", 60, [f"a long row {at}" for at in range(9)], short=[f"r{at}" for at in range(9)])
    assert fit([block]).split("\n") == ["h", "a long row 0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"]


def test_what_one_block_leaves_the_next_may_take_and_what_has_no_room_is_left_out() -> None:
    assert fit([Block("a", 100), Block("b" * 90, 5), Block("c" * 50, 5)]) == f"a\n\n{'b' * 90}"
    assert fit([Block("head", 8, ["a row that is too long"]), Block("", 5)]) == ""


def test_lengths_are_counted_as_the_limits_count_them() -> None:
    assert (utf16("a💥"), utf8("a💥"), utf16("\ud800")) == (3, 5, 1)
